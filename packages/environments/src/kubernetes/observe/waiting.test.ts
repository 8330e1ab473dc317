import { describe, expect, it } from "vitest";
import {
  causeOf,
  condition,
  container,
  event,
  exited,
  job,
  look,
  pod,
  WAITING,
} from "../../../test/built-sights.ts";
import type { SeenPod } from "../sight.ts";

describe("judge, of starts that hang", () => {
  const waits = (given: Partial<SeenPod> = {}) =>
    pod({ phase: "Pending", containers: [WAITING], ...given });

  it("gives up when nothing has moved for the time to start, and says what the last word was", () => {
    const sight = {
      pods: [waits()],
      events: [event("FailedCreatePodSandBox", "no address left", 5)],
    };
    expect(look(599, sight)).toMatchObject({
      status: "starting",
      message: "starts the containers: no address left",
    });
    const verdict = look(602, sight);
    expect(verdict).toMatchObject({ mustDelete: true, diagnosis: { cause: "StartTimeout" } });
    expect(JSON.stringify(verdict)).toContain("no address left");
  });

  it("counts from the last step forward, and not at all while an image is pulled", () => {
    const pulling = event("Pulling", 'Pulling image "x"', 5);
    expect(look(3_000, { pods: [waits()], events: [pulling] })).toMatchObject({
      message: "pulls the image (2995 s)",
    });
    const pulled = event("Pulled", 'Successfully pulled image "x" in 49m', 2_900);
    expect(causeOf(3_000, { pods: [waits()], events: [pulling, pulled] })).toBe("starting");
    expect(causeOf(3_501, { pods: [waits()], events: [pulling, pulled] })).toBe("StartTimeout");
  });

  it("stands still while the Job is suspended, gated, or a node is on its way", () => {
    expect(causeOf(90_000, { job: job({ suspend: true, active: 0 }) })).toBe("starting");
    const gated = { ...condition("PodScheduled", "False", 1, "SchedulingGated") };
    const unplaced = { phase: "Pending", nodeName: undefined, containers: [container()] };
    expect(causeOf(90_000, { pods: [pod({ ...unplaced, conditions: [gated] })] })).toBe("starting");
    const full = {
      ...condition("PodScheduled", "False", 1, "Unschedulable"),
      message: "0/3 nodes are available: 3 Insufficient cpu.",
    };
    const scaling = event(
      "TriggeredScaleUp",
      "pod triggered scale-up: [{ng 1->2 (max: 3)}]",
      1_700,
    );
    const sight = { pods: [pod({ ...unplaced, conditions: [full] })], events: [scaling] };
    expect(look(1_900, sight)).toMatchObject({
      message: "waits for a new node (200 s): 0/3 nodes are available: 3 Insufficient cpu.",
    });
    expect(causeOf(1_900, { ...sight, events: [] })).toBe("Unschedulable");
  });

  it("takes a sidecar that others wait for, and that ends again and again, for the cause", () => {
    const sidecar = (restartCount: number) =>
      container({
        name: "mesh",
        restartPolicy: "Always",
        restartCount,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: exited(1).state,
      });
    expect(causeOf(40, { pods: [waits({ initContainers: [sidecar(1)] })] })).toBe("starting");
    expect(causeOf(80, { pods: [waits({ initContainers: [sidecar(3)] })] })).toBe("SidecarFailed");
  });

  it("does not wait for somebody to make the run's own Secret", () => {
    const without = (secret: string) =>
      waits({
        containers: [
          container({
            state: {
              waiting: {
                reason: "CreateContainerConfigError",
                message: `secret "${secret}" not found`,
              },
            },
          }),
        ],
      });
    expect(causeOf(3, { pods: [without("etl-7f3a-1")] })).toBe("ConfigMissing");
    expect(causeOf(3, { pods: [without("other")] })).toBe("starting");
  });

  it("waits for room in a quota, but not where the pod is larger than the whole", () => {
    const over = (used: string) =>
      event(
        "FailedCreate",
        `Error creating: pods "etl-7f3a-1-x" is forbidden: exceeded quota: q, requested: ${used}`,
        1,
        "job-uid",
      );
    const full = over(
      "limits.memory=1Gi,pods=1, used: limits.memory=4Gi,pods=3, limited: limits.memory=4Gi,pods=9",
    );
    expect(causeOf(60, { events: [full] })).toBe("starting");
    expect(causeOf(1_801, { events: [full] })).toBe("QuotaExceeded");
    expect(
      causeOf(5, {
        events: [over("limits.memory=5Gi, used: limits.memory=0, limited: limits.memory=4Gi")],
      }),
    ).toBe("QuotaExceeded");
  });

  it.each([
    [
      "NamespaceNotFound",
      'pods "x" is forbidden: unable to create new content in namespace flows because it is being terminated',
    ],
    ["InvalidJob", 'Pod "x" is invalid: spec.containers[0].image: Required value'],
    ["AdmissionDenied", 'admission webhook "policy.example" denied the request: no'],
    [
      "starting",
      'Internal error occurred: failed calling webhook "policy.example": connection refused',
    ],
  ])("reads a refusal of the pod: %s", (cause, words) => {
    expect(
      causeOf(5, { events: [event("FailedCreate", `Error creating: ${words}`, 1, "job-uid")] }),
    ).toBe(cause);
  });
});
