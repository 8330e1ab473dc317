import { describe, expect, it } from "vitest";
import { evidenceLines } from "./evidence-lines.ts";

describe("evidenceLines", () => {
  it("says nothing of what is no Job's", () => {
    expect(evidenceLines(undefined)).toEqual([]);
    expect(evidenceLines({ stopCode: "TaskFailedToStart", containers: [] })).toEqual([]);
  });

  it("lays out containers, conditions that tell something, and events with how often they were seen", () => {
    const lines = evidenceLines({
      podPhase: "Failed",
      containers: [
        {
          place: "containers[0]",
          exitCode: 137,
          reason: "OOMKilled",
          restartCount: 1,
          memoryLimit: "64Mi",
          lastState: { exitCode: 137, reason: "OOMKilled" },
        },
        { place: "containers[1]", startedAt: "2026-01-01T10:00:00Z", restartCount: 0 },
      ],
      jobConditions: [
        { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" },
      ],
      podConditions: [
        { type: "PodScheduled", status: "True" },
        { type: "Ready", status: "False", reason: "PodFailed" },
        { type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" },
      ],
      events: [
        { of: "Pod", type: "Normal", reason: "Pulled", message: "in 1s", count: 1, at: "10:00" },
        {
          of: "Pod",
          type: "Warning",
          reason: "BackOff",
          message: "back\n off",
          count: 12,
          at: "10:01",
        },
      ],
    });
    expect(lines).toEqual([
      "  containers:",
      "    containers[0]  exit code 137, OOMKilled, 1 restart, before that: exit code 137, OOMKilled, memory limit 64Mi",
      "    containers[1]  running",
      "  conditions:",
      "    Job  Failed True            BackoffLimitExceeded: too often",
      "    Pod  Ready False            PodFailed",
      "    Pod  DisruptionTarget True  EvictionByEvictionAPI",
      "  events:",
      "    10:00  Pod       Pulled: in 1s",
      "    10:01  Pod  12×  BackOff: back off",
    ]);
  });

  it("says what a container waits for", () => {
    const container = {
      place: "containers[0]",
      waits: true,
      reason: "ErrImagePull",
      message: "no",
    };
    expect(evidenceLines({ podPhase: "Pending", containers: [container] })).toEqual([
      "  containers:",
      "    containers[0]  waits: ErrImagePull: no",
    ]);
  });
});
