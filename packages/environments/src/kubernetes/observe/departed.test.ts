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
  START,
} from "../../../test/built-sights.ts";

describe("judge, of what Slipway or others stop", () => {
  const stopAskedAt = START + 40_000;

  it("has stopped when Job and pods are gone, and not before", () => {
    const leaving = pod({ deletionTimestamp: at(70), deletionGracePeriodSeconds: 30 });
    expect(look(41, { pods: [leaving] }, { stopAskedAt })).toMatchObject({
      status: "running",
      message: "is being stopped",
    });
    expect(causeOf(42, { job: undefined, pods: [leaving] }, { stopAskedAt })).toBe("running");
    expect(look(43, { job: undefined }, { stopAskedAt })).toMatchObject({
      mustDelete: false,
      diagnosis: { cause: "UserInitiated" },
    });
    expect(causeOf(43, { job: undefined })).toBe("JobDeleted");
  });

  it("stops waiting for a node that does not end what is being stopped", () => {
    const leaving = pod({ deletionTimestamp: at(70), deletionGracePeriodSeconds: 30 });
    expect(causeOf(129, { pods: [leaving] }, { stopAskedAt })).toBe("running");
    expect(look(131, { pods: [leaving] }, { stopAskedAt })).toMatchObject({
      mustDelete: true,
      diagnosis: { cause: "UserInitiated" },
    });
  });

  it("does not wait for ever for what runs nothing any more", () => {
    const deletionTimestamp = at(41);
    const sight = {
      job: job({ deletionTimestamp }),
      // Somebody else's finalizer keeps both.
      pods: [pod({ deletionTimestamp, phase: "Failed", containers: [exited(137, "Error", 42)] })],
    };
    expect(causeOf(60, sight, { stopAskedAt })).toBe("running");
    expect(causeOf(101, sight, { stopAskedAt })).toBe("UserInitiated");
    expect(causeOf(101, { ...sight, pods: [] }, { stopAskedAt })).toBe("UserInitiated");
    // What was not deleted may start its pod yet.
    expect(causeOf(101, { job: job(), pods: [] }, { stopAskedAt })).toBe("running");
  });

  it("does not wait for ever for a dead node's pod whose flow has ended", () => {
    const leaving = pod({
      deletionTimestamp: at(70),
      deletionGracePeriodSeconds: 30,
      containers: [exited(0), container({ name: "side", state: { running: {} } })],
    });
    const leavingJob = job({ deletionTimestamp: at(40) });
    expect(causeOf(129, { job: leavingJob, pods: [leaving] })).toBe("running");
    expect(causeOf(131, { job: leavingJob, pods: [leaving] })).toBe("EssentialContainerExited");
    expect(causeOf(131, { job: leavingJob, pods: [leaving] }, { stopAskedAt })).toBe(
      "UserInitiated",
    );
    const between = {
      ...leaving,
      restartPolicy: "OnFailure",
      containers: [
        container({
          restartCount: 0,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { exitCode: 3, finishedAt: at(30) } },
        }),
      ],
    };
    expect(causeOf(131, { job: job(failed("BackoffLimitExceeded")), pods: [between] })).toBe(
      "EssentialContainerExited",
    );
  });

  it("lets a pod run on that is left without its Job", () => {
    expect(causeOf(500, { job: undefined, pods: [pod()] })).toBe("running");
    expect(
      causeOf(500, {
        job: undefined,
        pods: [pod({ phase: "Succeeded", containers: [exited(0)] })],
      }),
    ).toBe("EssentialContainerExited");
  });

  it("says what the Job says where no pod is left", () => {
    expect(causeOf(90, { job: job(failed("BackoffLimitExceeded")) })).toBe("JobFailed");
    expect(causeOf(90, { job: job(failed("DeadlineExceeded")) })).toBe("DeadlineExceeded");
    const complete = [{ type: "Complete", status: "True" }];
    expect(causeOf(90, { job: job({ conditions: complete, active: 0, succeeded: 1 }) })).toBe(
      "Lost",
    );
  });

  it("knows a pod that is gone by how it was seen last", () => {
    const gone = [
      pod({
        phase: "Failed",
        containers: [exited(143)],
        conditions: [condition("DisruptionTarget", "True", 20, "PreemptionByScheduler")],
      }),
    ];
    expect(causeOf(62, { job: job(failed("BackoffLimitExceeded")), gone })).toBe("Preempted");
  });
});
