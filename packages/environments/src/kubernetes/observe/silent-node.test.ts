import { describe, expect, it } from "vitest";
import {
  at,
  causeOf,
  condition,
  container,
  exited,
  failed,
  job,
  look,
  pod,
  SCHEDULED,
} from "../../../test/built-sights.ts";

describe("judge, of nodes that fail", () => {
  const silent = [
    SCHEDULED,
    condition("Ready", "False", 100),
    condition("ContainersReady", "True", 2),
  ];

  it("gives a silent node a minute, and takes a pod back that answers again", () => {
    expect(look(120, { pods: [pod({ conditions: silent })] })).toMatchObject({
      status: "running",
      message: "its node has not answered for 20 s",
    });
    expect(causeOf(161, { pods: [pod({ conditions: silent })] })).toBe("NodeLost");
    const back = [
      SCHEDULED,
      condition("Ready", "True", 130),
      condition("ContainersReady", "True", 2),
    ];
    expect(look(200, { pods: [pod({ conditions: back })] })).toMatchObject({ status: "running" });
  });

  it("does not take a container that is not ready for a silent node", () => {
    const unready = [
      condition("Ready", "False", 100, "ContainersNotReady"),
      condition("ContainersReady", "False", 100),
    ];
    expect(causeOf(500, { pods: [pod({ conditions: unready })] })).toBe("running");
  });

  it("gives up at once where the taint manager has", () => {
    const deleted = [
      ...silent,
      condition("DisruptionTarget", "True", 110, "DeletionByTaintManager"),
    ];
    const verdict = look(111, {
      pods: [
        pod({ conditions: deleted, deletionTimestamp: at(140), deletionGracePeriodSeconds: 30 }),
      ],
    });
    expect(verdict).toMatchObject({ mustDelete: true, diagnosis: { cause: "NodeLost" } });
  });

  it("waits for a taint's pod whose node answers, and calls it disrupted", () => {
    const conditions = [condition("DisruptionTarget", "True", 20, "DeletionByTaintManager")];
    const leaving = { conditions, deletionTimestamp: at(50), deletionGracePeriodSeconds: 30 };
    expect(look(25, { pods: [pod(leaving)] })).toMatchObject({ status: "running" });
    const ended = pod({ ...leaving, phase: "Failed", containers: [exited(143)] });
    expect(causeOf(62, { job: job(failed("BackoffLimitExceeded")), pods: [ended] })).toBe(
      "Disrupted",
    );
  });

  it("does not wait for ever for a node to end a deleted pod", () => {
    const leaving = pod({ deletionTimestamp: at(50), deletionGracePeriodSeconds: 30 });
    expect(causeOf(105, { pods: [leaving] })).toBe("running");
    expect(causeOf(111, { pods: [leaving] })).toBe("NodeLost");
  });

  it.each([
    ["NodeLost", { phase: "Unknown" }],
    ["Disrupted", { phase: "Failed", reason: "Terminated", containers: [exited(143)] }],
    [
      "Disrupted",
      {
        phase: "Failed",
        containers: [exited(137)],
        conditions: [condition("DisruptionTarget", "True", 29, "TerminationByKubelet")],
      },
    ],
    ["Preempted", { phase: "Failed", reason: "Preempting", containers: [exited(137)] }],
    ["NodeLost", { phase: "Failed", containers: [exited(137, "ContainerStatusUnknown")] }],
    [
      "PodRejected",
      { phase: "Failed", reason: "UnexpectedAdmissionError", containers: [container()] },
    ],
    [
      "EssentialContainerExited",
      {
        phase: "Failed",
        containers: [exited(3)],
        conditions: [condition("DisruptionTarget", "True", 55, "EvictionByEvictionAPI")],
      },
    ],
    [
      "EssentialContainerExited",
      {
        phase: "Failed",
        containers: [exited(3)],
        deletionTimestamp: at(90),
        deletionGracePeriodSeconds: 30,
      },
    ],
    ["Unknown", { phase: "Succeeded", containers: [container()] }],
  ] as const)("says %s of a pod with %o", (cause, given) => {
    const sight = {
      job: job(cause === "Unknown" ? {} : failed("BackoffLimitExceeded")),
      pods: [pod(given)],
    };
    expect(causeOf(62, sight)).toBe(cause);
  });
});
