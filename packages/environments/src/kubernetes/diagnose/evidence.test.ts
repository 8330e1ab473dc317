import { describe, expect, it } from "vitest";
import { container, event, exited, job, look, pod } from "../../../test/built-sights.ts";
import { evidenceOf } from "./evidence.ts";

const plain = (words: string) => words;

describe("evidenceOf", () => {
  it("keeps conditions, how each container ended, and events, by the API's own names", () => {
    const looping = container({
      restartCount: 2,
      memoryLimit: "24Mi",
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: exited(137, "OOMKilled").state,
    });
    const seen = pod({
      containers: [looping, exited(0, "Completed")],
      initContainers: [exited(0)],
    });
    const events = [
      event("BackOff", "Back-off restarting", 5),
      event("Other", "of another pod", 6, "pod-9"),
    ];
    expect(
      evidenceOf({ job: job({ failed: 1 }), pods: [seen], events }, seen, plain),
    ).toMatchObject({
      failedPods: 1,
      podPhase: "Running",
      podConditions: [{ type: "PodScheduled", status: "True" }],
      containers: [
        {
          place: "containers[0]",
          restartCount: 2,
          memoryLimit: "24Mi",
          waits: true,
          reason: "CrashLoopBackOff",
          lastState: { exitCode: 137, reason: "OOMKilled" },
        },
        { place: "containers[1]", exitCode: 0, reason: "Completed" },
        { place: "initContainers[0]", exitCode: 0 },
      ],
      events: [{ of: "Pod", reason: "BackOff", count: 1 }],
    });
  });

  it("leaves out the oldest events first, then the last containers, and stays below what the server takes", () => {
    const long = "x".repeat(600);
    const events = Array.from({ length: 30 }, (_, index) => event(`E${index}`, long, index));
    const few = evidenceOf({ job: job(), pods: [pod()], events }, pod(), plain);
    expect(JSON.stringify(few).length).toBeLessThan(12_001);
    expect(JSON.stringify(few)).toContain('"E29"');
    expect(JSON.stringify(few)).not.toContain('"E0"');
    const many = pod({
      containers: Array.from({ length: 30 }, () =>
        container({ state: { waiting: { reason: "Error", message: long } } }),
      ),
    });
    const bounded = evidenceOf({ job: job(), pods: [many], events }, many, plain);
    expect(JSON.stringify(bounded).length).toBeLessThan(12_001);
    expect(JSON.stringify(bounded)).toContain("containers[0]");
  });
});

describe("the words of a diagnosis", () => {
  const told = (message: string) => {
    const pods = [
      pod({
        containers: [container({ name: "crawler", state: exited(1).state })],
        phase: "Failed",
        message,
        reason: "Evicted",
      }),
    ];
    const verdict = look(62, {
      pods,
      job: job({ conditions: [{ type: "Failed", status: "True" }] }),
    });
    return verdict.status === "stopped" ? verdict.diagnosis.message : "";
  };

  it.each([
    ["Container crawler was using 90Mi", "Container containers[0] was using 90Mi"],
    [
      "containers with unready status: [crawler]",
      "containers with unready status: [containers[0]]",
    ],
    ["Back-off in pod etl-7f3a-1-aaaaa_flows(8d2c-11)", "Back-off in pod ‹pod›"],
    ["the pod flows/etl-7f3a-1-aaaaa on node-1", "the pod ‹pod› on ‹node›"],
    ["Job etl-7f3a-1 and node-10", "Job ‹Job› and node-10"],
    ["two\n  lines", "two lines"],
  ])("say %j without names", (given, expected) => {
    expect(told(given)).toContain(expected);
  });

  it("leave a word alone that a container happens to be called by", () => {
    expect(told("the crawler of the registry failed")).toContain(
      "the crawler of the registry failed",
    );
  });
});
