import type { Cause } from "../causes.ts";
import { parseQuantity } from "../quantity.ts";
import { lastProgress } from "./start-clock.ts";
import { latestOf, millisecondsOf } from "./times.ts";
import { eventsOf, type View } from "./view.ts";
import { MOST_MISSING_MS, type Wait } from "./wait.ts";

/** What the API server says to the Job's controller, most telling first. What is not listed may pass. */
const REFUSALS: readonly (readonly [Cause, RegExp])[] = [
  ["ConfigMissing", /error looking up service account|service ?account "[^"]*" not found/],
  ["NamespaceNotFound", /because it is being terminated|namespaces? "[^"]*" not found/],
  ["AdmissionDenied", /denied (the )?request|violates PodSecurity|is forbidden: /],
  ["InvalidJob", /is invalid: /],
];

/** Where the Job has no pod since the API server refuses the one that its controller would create. */
export function podRefused(view: View): Wait | undefined {
  const { job, sight } = view;
  const newestPod = latestOf(sight.pods.map(({ creationTimestamp }) => creationTimestamp));
  const refused = eventsOf(view, job).findLast(({ reason }) => reason === "FailedCreate");
  if (refused === undefined || (millisecondsOf(refused.at) ?? 0) < newestPod) return undefined;
  const words = refused.message.replace(/^Error creating: /, "");
  if (/exceeded quota:/.test(words)) return overQuota(view, words);
  const [cause] = REFUSALS.find(([, says]) => says.test(words)) ?? [];
  const message = `the pod is refused: ${words}`;
  const waited = view.context.now - lastProgress(view);
  if (cause === "ConfigMissing" && waited < MOST_MISSING_MS) return { message, timesOutAs: cause };
  return { message, hopeless: cause };
}

function overQuota(view: View, words: string): Wait {
  const { now, capacityDeadlineMs } = view.context;
  const late = now - lastProgress(view) >= capacityDeadlineMs;
  return {
    message: `waits for room in the quota: ${words}`,
    hopeless: late || isOverWhole(words) ? "QuotaExceeded" : undefined,
    isPaused: true,
  };
}

/** Whether the pod alone needs more than the quota gives to all: then no other pod's end makes room. */
function isOverWhole(words: string): boolean {
  const [, requested = "", limited = ""] =
    /requested: (.*?), used: .*?, limited: (.*)$/.exec(words) ?? [];
  const limits = amountsOf(limited);
  return [...amountsOf(requested)].some(
    ([resource, amount]) => amount > (limits.get(resource) ?? Number.POSITIVE_INFINITY),
  );
}

function amountsOf(list: string): ReadonlyMap<string, number> {
  return new Map(
    list.split(",").flatMap((part) => {
      const [resource = "", given] = part.trim().split("=");
      const amount = parseQuantity(given);
      return amount === undefined ? [] : [[resource, amount]];
    }),
  );
}
