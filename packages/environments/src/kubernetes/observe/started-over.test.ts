import { describe, expect, it } from "vitest";
import { at, causeOf, container, exited, job, look, pod } from "../../../test/built-sights.ts";

describe("judge, of starts that Kubernetes repeats", () => {
  const again = job({ backoffLimit: 3, failed: 1 });

  it("waits for another pod as long as the back-off may take, and then no longer", () => {
    const sight = {
      job: job({ backoffLimit: 3, failed: 1, active: 0 }),
      pods: [pod({ phase: "Failed", containers: [exited(1)] })],
    };
    // The controller's longest back-off has 10 minutes.
    expect(causeOf(640, sight)).toBe("running");
    expect(look(691, sight)).toMatchObject({
      mustDelete: true,
      diagnosis: { cause: "EssentialContainerExited" },
    });
  });

  it("counts a failed pod that nobody saw as a start that is over", () => {
    const verdict = look(60, { job: again, pods: [pod({ uid: "pod-2" })] });
    expect(verdict).toMatchObject({ status: "stopped", startsOver: ["unseen-1/0"] });
    expect(
      causeOf(60, { job: again, pods: [pod({ uid: "pod-2" })] }, { startsBefore: ["unseen-1/0"] }),
    ).toBe("running");
    // The Job told of the failure before the watch of pods did.
    expect(causeOf(60, { job: { ...again, active: 0 }, pods: [pod()] })).toBe("running");
  });

  it("does not let a flow start again that ended as it should", () => {
    const pods = [
      pod({ phase: "Failed", containers: [exited(0, "Completed")] }),
      pod({ uid: "pod-2", creationTimestamp: at(40) }),
    ];
    const verdict = look(60, { job: again, pods });
    expect(verdict).toMatchObject({
      mustDelete: true,
      diagnosis: { cause: "EssentialContainerExited" },
    });
    expect(verdict).not.toHaveProperty("startsOver");
  });

  it("passes over the starts of earlier attempts", () => {
    const pods = [pod({ phase: "Failed", containers: [exited(1)] })];
    const sight = { job: job({ backoffLimit: 3, failed: 1, active: 0 }), pods };
    expect(look(60, sight, { startsBefore: ["pod-1/0"] })).toMatchObject({
      status: "starting",
      message: "waits for Kubernetes to start it again",
    });
  });

  it("calls a back-off without end a crash loop", () => {
    const looping = container({
      restartCount: 4,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: exited(1).state,
    });
    const sight = {
      job: job({ backoffLimit: 9 }),
      pods: [pod({ restartPolicy: "OnFailure", containers: [looping] })],
    };
    const startsBefore = [0, 1, 2, 3].map((start) => `pod-1/${start}`);
    expect(causeOf(300, sight, { startsBefore })).toBe("running");
    expect(causeOf(631, sight, { startsBefore })).toBe("CrashLoop");
  });

  it("waits for a Job that was suspended in the middle, and calls that a disruption", () => {
    const ended = pod({
      phase: "Failed",
      containers: [exited(143)],
      deletionTimestamp: at(50),
      deletionGracePeriodSeconds: 30,
    });
    expect(causeOf(9_000, { job: job({ suspend: true, active: 0 }), gone: [ended] })).toBe(
      "starting",
    );
  });
});
