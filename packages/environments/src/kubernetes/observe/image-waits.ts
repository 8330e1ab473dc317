import type { Cause } from "../causes.ts";
import { type Placed, placesOf } from "../diagnose/places.ts";
import { lastProgress } from "./start-clock.ts";
import { millisecondsOf } from "./times.ts";
import { eventsOf, secondsSince, type View } from "./view.ts";
import type { Wait } from "./wait.ts";

/** A registry may err once. */
const ENOUGH_PULLS = 2;
/** The kubelet has tried that often by then; for clusters that do not show their events. */
const PULLED_OFTEN_MS = 60_000;

const PULLS = ["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError"];

/** A registry that hides what it has says both. */
const DENIED =
  /unauthorized|authentication required|authorization failed|no basic auth|access denied|denied:|insufficient_scope|403 Forbidden|may require authorization/i;
const MISSING = /not found|manifest unknown|name unknown|code = NotFound/i;

/** The containers that must start before the flow can run: its own, and init containers. */
export function neededContainers(view: View): readonly Placed[] {
  const placed = view.start === undefined ? [] : placesOf(view.start.pod);
  return placed.filter(({ place }) => place === "containers[0]" || place.startsWith("init"));
}

/** Where an image is pulled, or cannot be. */
export function imageWaits(view: View): Wait | undefined {
  for (const { place, container } of neededContainers(view)) {
    const { reason = "", message = "" } = container.state.waiting ?? {};
    const words = `the image of ${place} cannot be pulled: ${message || reason}`;
    if (reason === "InvalidImageName") return { message: words, hopeless: "InvalidImageName" };
    if (reason === "ErrImageNeverPull") return { message: words, hopeless: "ImageNotFound" };
    if (PULLS.includes(reason)) return failedPull(view, words);
  }
  return pulling(view);
}

function failedPull(view: View, words: string): Wait {
  const failures = eventsOf(view, view.start?.pod).filter(
    ({ reason, message }) => reason === "Failed" && /^Failed to pull image/.test(message),
  );
  // A back-off says only in newer releases what it is for.
  const said = /^the image of \S+ cannot be pulled: Back-off pulling image "[^"]*"$/.test(words)
    ? `${words}: ${failures.at(-1)?.message ?? ""}`
    : words;
  const pulls = failures.reduce((sum, { count }) => sum + count, 0);
  const isSure = pulls >= ENOUGH_PULLS || view.context.now - lastProgress(view) >= PULLED_OFTEN_MS;
  const cause = causeOfPull(said);
  const hopeless = cause !== "ImagePull" && isSure ? cause : undefined;
  return { message: said, hopeless, timesOutAs: cause };
}

function causeOfPull(words: string): Cause {
  if (DENIED.test(words)) return "ImagePullDenied";
  return MISSING.test(words) ? "ImageNotFound" : "ImagePull";
}

/** A pull has no deadline: an image may be large, and a node that dies meanwhile is seen otherwise. */
function pulling(view: View): Wait | undefined {
  const last = eventsOf(view, view.start?.pod).findLast(
    ({ reason, message }) =>
      /^(Pulling|Pulled)$/.test(reason) || /^Failed to pull image/.test(message),
  );
  if (last?.reason !== "Pulling") return undefined;
  const since = millisecondsOf(last.at) ?? view.context.now;
  return { message: `pulls the image (${secondsSince(view, since)})`, isPaused: true };
}
