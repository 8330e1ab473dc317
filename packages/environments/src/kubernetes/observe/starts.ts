import type { JobSight, SeenContainer, SeenPod } from "../sight.ts";

type Terminated = NonNullable<SeenContainer["state"]["terminated"]>;

/** One start of the flow's container: each pod is one, and each restart in it is another. */
export interface Start {
  /** `uid/restartCount`. */
  readonly key: string;
  readonly pod: SeenPod;
  /** False where the pod is gone, and what is known of it is how it was seen last. */
  readonly isThere: boolean;
  readonly container: SeenContainer | undefined;
  /** How the flow's container ended, where that is known. */
  readonly end: Terminated | undefined;
  /** Whether another start followed in the same pod. */
  readonly isFollowed: boolean;
}

/** All starts that the sight tells of, oldest first. */
export function startsOf({ pods, gone = [] }: JobSight): readonly Start[] {
  const there = new Set(pods.map(({ uid }) => uid));
  const vanished = gone.filter(({ uid }) => !there.has(uid));
  return [...vanished, ...pods]
    .toSorted((a, b) => compare(a.creationTimestamp, b.creationTimestamp))
    .flatMap((pod) => startsIn(pod, there.has(pod.uid)));
}

function startsIn(pod: SeenPod, isThere: boolean): readonly Start[] {
  const [container] = pod.containers;
  const newest = container?.restartCount ?? 0;
  return Array.from({ length: newest + 1 }, (_, index) => ({
    key: `${pod.uid}/${index}`,
    pod,
    isThere,
    container,
    end: container === undefined ? undefined : endOf(container, newest - index),
    isFollowed: index < newest,
  }));
}

/** Kubernetes keeps how the last two starts ended. While it waits to start again, the newest one's end is the last state. */
function endOf({ state, lastState }: SeenContainer, before: number): Terminated | undefined {
  const waits = state.waiting !== undefined;
  if (before === 0) return state.terminated ?? (waits ? lastState.terminated : undefined);
  return before === 1 && !waits ? lastState.terminated : undefined;
}

/**
 * How many of the Job's pods failed and went without being seen: none of them is in the sight, nor a start of an
 * earlier attempt.
 */
export function unseenFailures(sight: JobSight, startsBefore: readonly string[]): number {
  const { job, pods, gone = [] } = sight;
  const ended = [...gone, ...pods.filter(hasEnded)].map(({ uid }) => uid);
  const there = pods.map(({ uid }) => uid);
  const earlier = startsBefore.map((key) => key.replace(/\/\d+$/, ""));
  const known = new Set([...ended, ...earlier.filter((uid) => !there.includes(uid))]);
  return Math.max(0, (job?.failed ?? 0) - known.size);
}

/** A pod that is being deleted counts as failed already. */
function hasEnded({ phase, deletionTimestamp }: SeenPod): boolean {
  return phase === "Failed" || phase === "Succeeded" || deletionTimestamp !== undefined;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
