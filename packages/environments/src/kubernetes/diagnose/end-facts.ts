import { isTrue, jobFailure, podCondition } from "../observe/conditions.ts";
import { isSilent } from "../observe/silent-node.ts";
import type { Start } from "../observe/starts.ts";
import { millisecondsOf } from "../observe/times.ts";
import type { View } from "../observe/view.ts";
import { type Placed, placesOf } from "./places.ts";

/** The API's times are whole seconds. */
const ONE_SECOND = 1_000;

/** What the rules look at. Reasons are the API's own, and empty where there is none. */
export interface EndFacts {
  readonly end: Start["end"];
  readonly podReason: string;
  /** Of the condition DisruptionTarget, where it came before the end. */
  readonly disruption: string;
  readonly jobFailure: string;
  /** The init container that kept the flow's from starting. */
  readonly failedInit: Placed | undefined;
  readonly restarts: number;
  /** Whether another start followed in the same pod. */
  readonly isFollowed: boolean;
  /** Whether the pod's deletion was asked for before its end. */
  readonly podDeleted: boolean;
  /** Whether the Job is gone or on its way. */
  readonly jobDeleted: boolean;
  readonly stopAsked: boolean;
  readonly suspended: boolean;
  /** Whether the node controller has given the pod's node up. */
  readonly nodeSilent: boolean;
}

export function endFactsOf({ job, context }: View, start: Start): EndFacts {
  const { pod, end, container, isFollowed } = start;
  const disruption = podCondition(pod, "DisruptionTarget");
  const before = (at: number | undefined) => isBefore(at, end);
  const disrupted =
    isTrue(disruption) && before(millisecondsOf(disruption?.lastTransitionTime) ?? 0);
  return {
    end,
    // What became of the pod, or of the Job, came after a start that another one followed.
    podReason: isFollowed ? "" : (pod.reason ?? ""),
    disruption: disrupted ? (disruption?.reason ?? "") : "",
    jobFailure: isFollowed ? "" : (jobFailure(job)?.reason ?? ""),
    failedInit: end === undefined ? failedInit(start) : undefined,
    isFollowed,
    restarts: container?.restartCount ?? 0,
    podDeleted: before(deletionAskedAt(start)),
    jobDeleted: job === undefined || job.deletionTimestamp !== undefined,
    stopAsked: context.stopAskedAt !== undefined,
    suspended: job?.suspend ?? false,
    nodeSilent: isSilent(pod),
  };
}

/** `deletionTimestamp` is when the pod should be gone. */
function deletionAskedAt({ pod }: Start): number | undefined {
  const due = millisecondsOf(pod.deletionTimestamp);
  return due === undefined ? undefined : due - (pod.deletionGracePeriodSeconds ?? 0) * 1_000;
}

function isBefore(at: number | undefined, end: Start["end"]): boolean {
  if (at === undefined) return false;
  const finishedAt = millisecondsOf(end?.finishedAt);
  return finishedAt === undefined || at <= finishedAt + ONE_SECOND;
}

function failedInit({ pod }: Start): Placed | undefined {
  return placesOf(pod).find(({ place, container: { restartPolicy, state, lastState } }) => {
    const { exitCode } = state.terminated ?? lastState.terminated ?? { exitCode: 0 };
    return place.startsWith("init") && restartPolicy !== "Always" && exitCode !== 0;
  });
}
