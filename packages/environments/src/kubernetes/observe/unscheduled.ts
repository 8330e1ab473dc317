import { podCondition } from "./conditions.ts";
import { lastProgress } from "./start-clock.ts";
import { latestOf } from "./times.ts";
import { eventsOf, secondsSince, type View } from "./view.ts";
import { MOST_MISSING_MS, type Wait } from "./wait.ts";

/** Where no node has been chosen for the pod. */
export function unscheduled(view: View): Wait | undefined {
  const pod = view.start?.pod;
  if (pod === undefined || pod.nodeName !== undefined) return undefined;
  const condition = podCondition(pod, "PodScheduled");
  if (condition?.status !== "False") return { message: "waits for the scheduler" };
  if (condition.reason === "SchedulingGated") {
    return { message: "waits for its scheduling gates to be lifted", isPaused: true };
  }
  return withoutRoom(view, condition.message ?? "");
}

function withoutRoom(view: View, words: string): Wait {
  const { context, start } = view;
  const waited = context.now - lastProgress(view);
  const message = `waits for room: ${words}`;
  if (/persistentvolumeclaim "[^"]*" not found/.test(words)) {
    const hopeless = waited >= MOST_MISSING_MS ? "VolumeUnavailable" : undefined;
    return { message, hopeless, isPaused: true };
  }
  if (waited >= context.capacityDeadlineMs) {
    return { message, hopeless: "Unschedulable", isPaused: true };
  }
  const scaling = latestOf(
    eventsOf(view, start?.pod)
      .filter(({ reason }) => reason === "TriggeredScaleUp" || reason === "Nominated")
      .map(({ at }) => at),
  );
  if (scaling === 0) return { message, isPaused: true };
  return {
    message: `waits for a new node (${secondsSince(view, scaling)}): ${words}`,
    isPaused: true,
  };
}
