import { lastProgress } from "./start-clock.ts";
import { eventsOf, type View } from "./view.ts";
import { MOST_MISSING_MS, type Wait } from "./wait.ts";

/** What comes only after all volumes are there. */
const AFTER = ["Pulling", "Pulled", "Created", "Started"];
/** Sources that are not there, as the kubelet says it. */
const MISSING =
  /not found|is not a (file|directory|socket)|hostPath type check failed|no such file/;

/** Where a volume cannot be mounted or attached. */
export function volumeWaits(view: View): Wait | undefined {
  const events = eventsOf(view, view.start?.pod);
  if (events.some(({ reason }) => AFTER.includes(reason))) return undefined;
  const failed = events.findLast(({ reason }) => /^Failed(Mount|AttachVolume)$/.test(reason));
  if (failed === undefined) return undefined;
  const waited = view.context.now - lastProgress(view);
  const isMissing = MISSING.test(failed.message) && waited >= MOST_MISSING_MS;
  return {
    message: `waits for a volume: ${failed.message}`,
    hopeless: isMissing ? "VolumeUnavailable" : undefined,
    timesOutAs: "VolumeUnavailable",
  };
}
