import { diagnoseEnd, diagnosisOf } from "../diagnose/diagnose.ts";
import { isStartFailure } from "../diagnose/end-rules.ts";
import type { SeenContainer } from "../sight.ts";
import { isJobOver, isTrue, jobFailure, podCondition } from "./conditions.ts";
import { type Decision, stopped } from "./decision.ts";
import { isFinal } from "./started-over.ts";
import type { Start } from "./starts.ts";
import { latestOf } from "./times.ts";
import type { View } from "./view.ts";

/** How long sidecars may run on after the flow's container. */
const SIDECAR_GRACE_MS = 5_000;
/** The kubelet itself stops native sidecars then, and gives them the pod's grace period, 30 s by default. */
const NATIVE_GRACE_MS = 40_000;
/** How long kubelet and controllers may take to see what has happened. */
const MOST_LAG_MS = 60_000;
/** How long the Job's controller may wait before it makes another pod: its back-off has 10 minutes at most. */
const MOST_BACK_OFF_MS = 660_000;

/** Where the newest start is over. */
export function ended(view: View): Decision | undefined {
  const { start, job } = view;
  if (start === undefined) return endedUnseen(view);
  if (isPodOver(start)) return afterPod(view, start);
  if (start.end === undefined || (startsAgain(start) && !isFinal(start))) return undefined;
  // The kubelet would try the same again.
  if (startsAgain(start) && isStartFailure(start.end)) {
    return stopped(diagnoseEnd(view, start), !isJobOver(job));
  }
  const waited = view.context.now - endedAt(start);
  if (waited >= graceOf(start)) return stopped(diagnoseEnd(view, start), !isJobOver(job));
  return { status: "running", message: "the flow's container has ended; its pod has not yet" };
}

/** The Job is over, and there is no pod that tells how. */
function endedUnseen(view: View): Decision | undefined {
  const { job, sight } = view;
  if (!isJobOver(job) || sight.pods.some(({ phase }) => phase === "Running")) return undefined;
  const failure = jobFailure(job);
  if (failure === undefined) return stopped(diagnosisOf(view, undefined, "Lost", []), false);
  const words = [`${failure.reason}: ${failure.message ?? ""}`];
  const cause = failure.reason === "DeadlineExceeded" ? "DeadlineExceeded" : "JobFailed";
  return stopped(diagnosisOf(view, undefined, cause, words), false);
}

/** The pod is over; whether another one follows is the word of the Job's controller. */
function afterPod(view: View, start: Start): Decision {
  const { job, context } = view;
  if (isJobOver(job) || (start.isThere && start.pod.phase === "Succeeded")) {
    return stopped(diagnoseEnd(view, start), false);
  }
  if (job?.suspend) return { status: "starting", message: "the Job is suspended" };
  const mayFollow = (job?.backoffLimit ?? 0) > 0;
  const most = mayFollow || isDisrupted(start) ? MOST_BACK_OFF_MS : MOST_LAG_MS;
  const isHopeless = mayFollow && isFinal(start);
  if (isHopeless || context.now - endedAt(start) >= most) {
    return stopped(diagnoseEnd(view, start), true);
  }
  return {
    status: "running",
    message: "its pod has ended; the Job's controller has not said what follows",
  };
}

function isPodOver({ isThere, pod: { phase } }: Start): boolean {
  return !isThere || phase === "Failed" || phase === "Succeeded";
}

/** Whether the kubelet starts a container again that failed. */
function startsAgain({ pod }: Start): boolean {
  return pod.restartPolicy !== "Never";
}

/** A policy of the Job may let such a pod not count as failed. */
function isDisrupted({ pod }: Start): boolean {
  return isTrue(podCondition(pod, "DisruptionTarget"));
}

function graceOf({ pod }: Start): number {
  if (pod.containers.slice(1).some(isLeft)) return SIDECAR_GRACE_MS;
  return pod.initContainers.some(isLeft) ? NATIVE_GRACE_MS : MOST_LAG_MS;
}

function isLeft({ state }: SeenContainer): boolean {
  return state.running !== undefined || state.waiting !== undefined;
}

/** The last that is known of it. */
export function endedAt({ pod, end }: Start): number {
  if (end?.finishedAt !== undefined) return latestOf([end.finishedAt]);
  return latestOf([
    pod.creationTimestamp,
    pod.deletionTimestamp,
    ...pod.conditions.map(({ lastTransitionTime }) => lastTransitionTime),
    ...pod.initContainers.map(({ state }) => state.terminated?.finishedAt),
  ]);
}
