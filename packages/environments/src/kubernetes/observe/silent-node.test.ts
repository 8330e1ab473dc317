import { describe, expect, it } from "vitest";
import {
  at,
  causeOf,
  condition,
  failed,
  job,
  pod,
  SCHEDULED,
  WAITING,
} from "../../../test/built-sights.ts";

describe("judge, of a node that does not answer", () => {
  /** The kubelet stopped before it could say that the container runs. */
  const evicted = pod({
    phase: "Pending",
    containers: [WAITING],
    deletionTimestamp: at(72),
    deletionGracePeriodSeconds: 2,
    conditions: [SCHEDULED, condition("DisruptionTarget", "True", 70, "DeletionByTaintManager")],
  });
  const { conditions } = failed("BackoffLimitExceeded");
  const failing = job({
    conditions: conditions.map((given) => ({ ...given, type: "FailureTarget" })),
  });

  it("takes it for lost soon after Kubernetes has given up its pod, whatever the pod said before", () => {
    expect(causeOf(75, { job: failing, pods: [evicted] })).not.toBe("NodeLost");
    expect(causeOf(83, { job: failing, pods: [evicted] })).toBe("NodeLost");
  });

  it("gives a node whose pod somebody deleted more time", () => {
    const deleted = pod({ deletionTimestamp: at(72), deletionGracePeriodSeconds: 2 });
    expect(causeOf(83, { job: failing, pods: [deleted] })).toBe("running");
    expect(causeOf(133, { job: failing, pods: [deleted] })).toBe("NodeLost");
  });
});
