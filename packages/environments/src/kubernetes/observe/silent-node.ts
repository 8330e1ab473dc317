import type { SeenPod } from "../sight.ts";
import { isTrue, podCondition } from "./conditions.ts";
import type { Start } from "./starts.ts";
import { millisecondsOf } from "./times.ts";

/** A node that comes back within this time still has the pod. */
const MOST_SILENCE_MS = 60_000;
/** Kubernetes itself has waited for the node before it gave up the pod. */
const MOST_SILENCE_OF_GIVEN_UP_MS = 10_000;

/**
 * Since when the node controller takes the pod's node for lost: it sets Ready to False and leaves all else, whereas a
 * kubelet gives a reason and has ContainersReady say the same.
 */
function silentSince(pod: SeenPod): number | undefined {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "False" || ready.reason) return undefined;
  if (!isTrue(podCondition(pod, "ContainersReady"))) return undefined;
  return millisecondsOf(ready.lastTransitionTime);
}

export function isSilent(pod: SeenPod): boolean {
  return silentSince(pod) !== undefined;
}

export interface Silence {
  readonly since: number;
  /** Whether waiting for the node is hopeless. */
  readonly isLost: boolean;
}

/** Whether a pod that is there has a node that does not answer; undefined where nothing says so. */
export function silenceOf({ pod, isThere }: Start, now: number): Silence | undefined {
  if (!isThere) return undefined;
  if (pod.phase === "Unknown") return { since: now, isLost: true };
  const since = silentSince(pod);
  if (since !== undefined) {
    return { since, isLost: isGivenUp(pod) || now - since >= MOST_SILENCE_MS };
  }
  return overdue(pod, now);
}

function isGivenUp(pod: SeenPod): boolean {
  const disruption = podCondition(pod, "DisruptionTarget");
  return isTrue(disruption) && disruption?.reason === "DeletionByTaintManager";
}

/** Only the kubelet takes a pod away that is being deleted. */
function overdue(pod: SeenPod, now: number): Silence | undefined {
  const { deletionTimestamp, phase } = pod;
  const due = millisecondsOf(deletionTimestamp);
  if (due === undefined || now <= due || phase === "Failed" || phase === "Succeeded")
    return undefined;
  const most = isGivenUp(pod) ? MOST_SILENCE_OF_GIVEN_UP_MS : MOST_SILENCE_MS;
  return { since: due, isLost: now - due >= most };
}
