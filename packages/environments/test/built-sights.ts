import { judge } from "../src/kubernetes/observe/judge.ts";
import type {
  JobSight,
  SeenContainer,
  SeenEvent,
  SeenJob,
  SeenPod,
} from "../src/kubernetes/sight.ts";
import type { JudgeContext } from "../src/kubernetes/verdict.ts";
import { CONTEXT } from "./replay.ts";

// What no test can make a shared cluster do, built after what Kubernetes' controllers and kubelets write.

export const START = Date.UTC(2026, 0, 1);
export const at = (second: number) =>
  new Date(START + second * 1_000).toISOString().replace(".000Z", "Z");

export const job = (given: Partial<SeenJob> = {}): SeenJob => ({
  uid: "job-uid",
  name: "etl-7f3a-1",
  creationTimestamp: at(0),
  startTime: at(0),
  labels: {},
  backoffLimit: 0,
  suspend: false,
  active: 1,
  failed: 0,
  succeeded: 0,
  conditions: [],
  ...given,
});

export const failed = (reason: string, message = "") => ({
  conditions: [{ type: "Failed", status: "True", reason, message, lastTransitionTime: at(60) }],
  active: 0,
  failed: 1,
});

export const container = (given: Partial<SeenContainer> = {}): SeenContainer => ({
  name: "flow",
  ready: false,
  restartCount: 0,
  state: {},
  lastState: {},
  ...given,
});

const RUNNING = container({ ready: true, state: { running: { startedAt: at(2) } } });
export const WAITING = container({ state: { waiting: { reason: "PodInitializing" } } });
export const exited = (exitCode: number, reason = "Error", second = 30) =>
  container({
    state: { terminated: { exitCode, reason, startedAt: at(2), finishedAt: at(second) } },
  });

export const condition = (type: string, status: string, second: number, reason?: string) => ({
  type,
  status,
  lastTransitionTime: at(second),
  ...(reason === undefined ? {} : { reason }),
});
export const SCHEDULED = condition("PodScheduled", "True", 1);

export const pod = (given: Partial<SeenPod> = {}): SeenPod => ({
  uid: "pod-1",
  name: "etl-7f3a-1-aaaaa",
  ownerUid: "job-uid",
  creationTimestamp: at(1),
  restartPolicy: "Never",
  phase: "Running",
  nodeName: "node-1",
  conditions: [SCHEDULED],
  containers: [RUNNING],
  initContainers: [],
  ...given,
});

export const event = (
  reason: string,
  message: string,
  second: number,
  of = "pod-1",
): SeenEvent => ({
  uid: `${reason}-${second}`,
  involvedKind: of === "job-uid" ? "Job" : "Pod",
  involvedUid: of,
  type: "Warning",
  reason,
  message,
  at: at(second),
  count: 1,
});

export const look = (
  second: number,
  sight: Partial<JobSight>,
  context: Partial<JudgeContext> = {},
) =>
  judge(
    { job: job(), pods: [], events: [], ...sight },
    { ...CONTEXT, now: START + second * 1_000, ...context },
  );

export const causeOf = (...given: Parameters<typeof look>) => {
  const verdict = look(...given);
  return verdict.status === "stopped" ? verdict.diagnosis.cause : verdict.status;
};
