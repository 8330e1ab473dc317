import { containerWaits } from "./container-waits.ts";
import { imageWaits } from "./image-waits.ts";
import { podRefused } from "./pod-refused.ts";
import { lastProgress } from "./start-clock.ts";
import { unscheduled } from "./unscheduled.ts";
import { eventsOf, type View } from "./view.ts";
import { volumeWaits } from "./volume-waits.ts";
import type { Wait } from "./wait.ts";

/** What the newest start waits for, which has not begun. */
export function waitOf(view: View): Wait {
  const wait = view.start === undefined ? withoutPod(view) : withPod(view);
  if (wait.hopeless !== undefined || wait.isPaused) return wait;
  if (view.context.now - lastProgress(view) < view.context.startTimeoutMs) return wait;
  return { ...wait, hopeless: wait.timesOutAs ?? "StartTimeout" };
}

function withoutPod(view: View): Wait {
  const { job, context } = view;
  if (job?.suspend) return { message: "the Job is suspended", isPaused: true };
  const refused = podRefused(view);
  if (refused !== undefined) return refused;
  if (context.startsBefore.length === 0) return { message: "waits for the Job's pod" };
  return { message: "waits for Kubernetes to start it again" };
}

function withPod(view: View): Wait {
  return (
    unscheduled(view) ??
    imageWaits(view) ??
    containerWaits(view) ??
    volumeWaits(view) ?? { message: startsContainers(view) }
  );
}

function startsContainers(view: View): string {
  const warning = eventsOf(view, view.start?.pod).findLast(({ type }) => type === "Warning");
  return `starts the containers${warning === undefined ? "" : `: ${warning.message}`}`;
}
