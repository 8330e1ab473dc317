import type { AttemptDetail } from "@slipway/client";
import { describe, expect, it } from "vitest";
import { describeAttempt, money } from "./attempt-description.ts";

const attempt: AttemptDetail = {
  id: "a",
  number: 2,
  agentName: "harbour",
  infrastructure: null,
  diagnosis: null,
  status: null,
  timeline: {},
  usage: null,
  cost: null,
  logTail: [],
  successor: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  startedAt: null,
  heartbeatAt: null,
  endedAt: null,
};

describe("describeAttempt", () => {
  it("says nothing of an attempt of which there is nothing more to say", () => {
    expect(describeAttempt(attempt)).toEqual([]);
  });

  it("draws each stretch from the claim on to one scale", () => {
    const timeline = {
      createdAt: "2026-01-01T00:00:01.000Z",
      pullStartedAt: "2026-01-01T00:00:02.000Z",
      pullStoppedAt: "2026-01-01T00:00:04.000Z",
    };
    const lines = describeAttempt({ ...attempt, timeline });
    expect(lines).toEqual([
      "",
      "Attempt 2",
      `  launch       ${"▬".repeat(10).padEnd(41)} 1.0 s`,
      `  preparation  ${`${" ".repeat(10)}${"▬".repeat(10)}`.padEnd(41)} 1.0 s`,
      `  image pull   ${`${" ".repeat(20)}${"▬".repeat(20)}`.padEnd(41)} 2.0 s`,
    ]);
  });

  it("says what it waits for, what it used, and what it wrote last", () => {
    const lines = describeAttempt({
      ...attempt,
      status: "waits for capacity (RESOURCE:MEMORY), next try at 12:00:00Z",
      usage: { cpuPeak: 0.4567, memoryPeakMiB: 300, memoryLimitMiB: 512, samples: 9 },
      logTail: Array.from({ length: 25 }, (_, index) => `line ${index}`),
    });
    expect(lines[2]).toContain("waits for capacity");
    expect(lines[3]).toBe("  used at most: memory 300 of 512 MiB, CPU 0.457 vCPU");
    expect(lines[4]).toContain("of 25 kept");
    expect(lines.slice(5)).toHaveLength(20);
    expect(lines.at(-1)).toBe("    line 24");
  });
});

describe("describeAttempt of a Job", () => {
  const infrastructure = { kind: "KubernetesJob", id: "uid-1", details: {} };
  const diagnosis = {
    cause: "OutOfMemory",
    message: "killed",
    evidence: { podPhase: "Failed", containers: [{ place: "containers[0]", exitCode: 137 }] },
  };
  const job = { ...attempt, infrastructure };

  it("says how to find it in the cluster, and what the cluster said when it failed", () => {
    expect(describeAttempt({ ...job, diagnosis })).toEqual([
      "",
      "Attempt 2",
      "  its Job: kubectl get jobs,pods -A -l slipway.dev/identifier=a",
      "  containers:",
      "    containers[0]  exit code 137",
    ]);
  });

  it("finds the Job of an attempt that Kubernetes began by that of its forerunner", () => {
    const second = { ...job, id: "b", endedAt: "2026-01-01T00:00:09.000Z" };
    expect(describeAttempt(second, [job, second])).toContain(
      "  its Job (while it is kept): kubectl get jobs,pods -A -l slipway.dev/identifier=a",
    );
  });

  it("does not lay out the end of a run that went well", () => {
    const containers = [{ place: "containers[0]", exitCode: 0 }];
    const well = {
      cause: "EssentialContainerExited",
      evidence: { podPhase: "Succeeded", containers },
    };
    expect(describeAttempt({ ...job, diagnosis: well })).toHaveLength(3);
  });
});

describe("money", () => {
  it.each([
    [0, "USD", "$0"],
    [0.000123456, "USD", "$0.000123"],
    [12.3456, "USD", "$12.35"],
    [2, "EUR", "2.000 EUR"],
  ])("%d %s is %s", (amount, currency, text) => {
    expect(money(amount, currency)).toBe(text);
  });
});
