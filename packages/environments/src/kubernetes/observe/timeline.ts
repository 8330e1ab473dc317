import type { Timeline } from "@slipway/core";
import { isTrue, podCondition } from "./conditions.ts";
import type { Start } from "./starts.ts";
import { eventsOf, type View } from "./view.ts";

/** When a start reached each step, as far as the API says. */
export function timelineOf(view: View, start: Start | undefined): Timeline {
  const times = { jobCreatedAt: view.job?.creationTimestamp, ...podTimes(view, start) };
  const known = Object.entries(times).flatMap(([step, at]) => {
    const time = new Date(at ?? "");
    return Number.isNaN(time.getTime()) ? [] : [[step, time.toISOString()]];
  });
  return Object.fromEntries(known);
}

function podTimes(
  view: View,
  start: Start | undefined,
): Readonly<Record<string, string | undefined>> {
  if (start === undefined) return {};
  const { pod, end } = start;
  const since = (type: string) => {
    const condition = podCondition(pod, type);
    return isTrue(condition) ? condition?.lastTransitionTime : undefined;
  };
  return {
    podCreatedAt: pod.creationTimestamp,
    scheduledAt: since("PodScheduled"),
    ...pullTimes(view, start),
    // Where there are no init containers, this is no step of its own.
    initializedAt: pod.initContainers.length > 0 ? since("Initialized") : undefined,
    startedAt: startedAt(start),
    finishedAt: end?.finishedAt,
  };
}

/** An image that is on the node already is "pulled" without a pull. */
function pullTimes(view: View, { pod }: Start) {
  const events = eventsOf(view, pod);
  const started = events.find(({ reason }) => reason === "Pulling");
  const stopped = events.findLast(
    ({ reason, message }) => reason === "Pulled" && /^Successfully pulled/.test(message),
  );
  if (started === undefined) return {};
  return { pullStartedAt: started.at, pullStoppedAt: stopped?.at };
}

function startedAt({ container, end, isFollowed }: Start): string | undefined {
  return (isFollowed ? undefined : container?.state.running?.startedAt) ?? end?.startedAt;
}
