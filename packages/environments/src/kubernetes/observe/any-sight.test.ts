import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONTEXT } from "../../../test/replay.ts";
import { CAUSES } from "../causes.ts";
import type { JobSight, SeenContainer, SeenEvent, SeenJob, SeenPod } from "../sight.ts";
import { judge } from "./judge.ts";

const START = Date.UTC(2026, 0, 1);

const time = fc.oneof(
  fc
    .integer({ min: 0, max: 4_000 })
    .map((second) => new Date(START + second * 1_000).toISOString()),
  fc.constantFrom("", "soon"),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const words = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    "exceeded quota: q, requested: pods=1, used: pods=, limited: pods",
    "not found",
    "x".repeat(9_000),
  ),
);
const reasons = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "CrashLoopBackOff",
  "CreateContainerConfigError",
  "OOMKilled",
  "Error",
  "StartError",
  "Evicted",
  "DeletionByTaintManager",
  "PreemptionByScheduler",
  "BackoffLimitExceeded",
  "DeadlineExceeded",
  "Unschedulable",
  "FailedCreate",
  "FailedMount",
  "Pulling",
];
const reason = fc.constantFrom(...reasons, "");
const terminated = fc.record({
  exitCode: fc.integer({ min: 0, max: 255 }),
  reason,
  message: words,
  startedAt: time,
  finishedAt: time,
});
const state: fc.Arbitrary<SeenContainer["state"]> = fc.oneof(
  fc.constant({}),
  fc.record({ running: fc.record({ startedAt: time }) }),
  fc.record({ waiting: fc.record({ reason, message: words }) }),
  fc.record({ terminated }),
);
const container: fc.Arbitrary<SeenContainer> = fc.record({
  name: fc.constantFrom("flow", "a.*(", ""),
  restartPolicy: maybe(fc.constant("Always")),
  ready: fc.boolean(),
  restartCount: fc.integer({ min: 0, max: 3 }),
  state,
  lastState: state,
});
const condition = (types: readonly string[]) =>
  fc.record({
    type: fc.constantFrom(...types),
    status: fc.constantFrom("True", "False", "Unknown"),
    reason,
    message: words,
    lastTransitionTime: time,
  });
const pod: fc.Arbitrary<SeenPod> = fc.record({
  uid: fc.constantFrom("pod-1", "pod-2", "pod-3"),
  name: fc.constantFrom("etl-1-aaaaa", "[", ""),
  ownerUid: fc.constant("job-uid"),
  creationTimestamp: time,
  deletionTimestamp: maybe(time),
  deletionGracePeriodSeconds: maybe(fc.integer({ min: 0, max: 60 })),
  nodeName: maybe(fc.constantFrom("node-1", "")),
  restartPolicy: fc.constantFrom("Never", "OnFailure"),
  phase: fc.constantFrom("Pending", "Running", "Failed", "Succeeded", "Unknown"),
  reason: maybe(reason),
  message: maybe(words),
  conditions: fc.array(
    condition(["Ready", "ContainersReady", "PodScheduled", "DisruptionTarget", "Initialized"]),
    { maxLength: 4 },
  ),
  containers: fc.array(container, { maxLength: 3 }),
  initContainers: fc.array(container, { maxLength: 2 }),
});
const job: fc.Arbitrary<SeenJob> = fc.record({
  uid: fc.constant("job-uid"),
  name: fc.constantFrom("etl-1", "", "a+b"),
  creationTimestamp: time,
  deletionTimestamp: maybe(time),
  labels: fc.constant({}),
  backoffLimit: fc.integer({ min: 0, max: 3 }),
  suspend: fc.boolean(),
  active: fc.integer({ min: 0, max: 2 }),
  failed: fc.integer({ min: 0, max: 3 }),
  succeeded: fc.integer({ min: 0, max: 1 }),
  conditions: fc.array(condition(["Complete", "Failed", "FailureTarget", "Suspended"]), {
    maxLength: 2,
  }),
});
const event: fc.Arbitrary<SeenEvent> = fc.record({
  uid: fc.string({ maxLength: 4 }),
  involvedKind: fc.constantFrom("Job", "Pod"),
  involvedUid: fc.constantFrom("job-uid", "pod-1", "pod-2"),
  type: fc.constantFrom("Normal", "Warning"),
  reason,
  message: words,
  at: time,
  count: fc.integer({ min: 1, max: 9 }),
});
const sights: fc.Arbitrary<JobSight> = fc.record({
  job: maybe(job),
  pods: fc.uniqueArray(pod, { maxLength: 3, selector: ({ uid }) => uid }),
  gone: maybe(fc.array(pod, { maxLength: 2 })),
  events: fc.array(event, { maxLength: 40 }),
});
const contexts = fc.record({
  now: fc.integer({ min: START, max: START + 5_000_000 }),
  startsBefore: fc.subarray(["pod-1/0", "pod-1/1", "pod-2/0", "unseen-1/0"]),
  stopAskedAt: maybe(fc.constant(START)),
});

describe("judge, of anything that an API server may say", () => {
  it("answers, with a known cause and a bounded, readable word", () => {
    fc.assert(
      fc.property(sights, contexts, (sight, context) => {
        const verdict = judge(sight, { ...CONTEXT, ...context });
        if (verdict.status !== "stopped") {
          expect(verdict.message ?? "").not.toContain("\n");
          return;
        }
        expect(CAUSES).toContain(verdict.diagnosis.cause);
        expect(verdict.diagnosis.message).not.toContain("\n");
        expect(JSON.stringify(verdict.diagnosis.evidence).length).toBeLessThan(16_384);
      }),
      { numRuns: 200 },
    );
  });

  it("does not take back that something stopped because time passes", () => {
    fc.assert(
      fc.property(
        sights,
        contexts,
        fc.integer({ min: 0, max: 100_000_000 }),
        (sight, context, passed) => {
          const first = judge(sight, { ...CONTEXT, ...context });
          if (first.status !== "stopped") return;
          const later = judge(sight, { ...CONTEXT, ...context, now: context.now + passed });
          expect(later).toMatchObject({ status: "stopped", mustDelete: first.mustDelete });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("never names a start that is over among those that go on", () => {
    fc.assert(
      fc.property(sights, contexts, (sight, context) => {
        const verdict = judge(sight, { ...CONTEXT, ...context });
        if (verdict.status !== "stopped" || verdict.startsOver === undefined) return;
        const { startsOver } = verdict;
        expect(startsOver).toEqual(expect.arrayContaining(context.startsBefore));
        expect(startsOver.length).toBeGreaterThan(context.startsBefore.length);
        expect(new Set(startsOver).size).toBe(startsOver.length);
      }),
      { numRuns: 200 },
    );
  });
});
