import type { Diagnosis, LaunchRequest, RetryDecision } from "@slipway/core";
import type { FargateArguments } from "../fargate-arguments.ts";
import { memoryOf, sizeAfter } from "../memory-ladder.ts";

const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;

/**
 * Whether the author's policy follows an attempt that ended so with another one, and why. A run that had too
 * little memory is not tried again where it cannot get more and should.
 */
export function retryAfter(
  args: FargateArguments,
  { cause, evidence }: Pick<Diagnosis, "cause" | "evidence">,
  { earlier }: Pick<LaunchRequest, "earlier">,
): RetryDecision | undefined {
  const { rules, scaleMemory } = args.policy;
  const rule = rules.find(({ causes }) => causes.some((name) => name === cause));
  if (rule === undefined) return undefined;
  // Who could not launch for want of room has waited for it until the deadline.
  if (cause === "Capacity" && !Object.hasOwn(evidence, "stoppedReason")) return undefined;
  const before = earlier.filter((name) => rule.causes.some((known) => known === name)).length;
  if (before >= rule.retries) return undefined;
  const next = [...earlier, cause];
  const how = scaleMemory && cause === "OutOfMemory" ? growth(args, next) : spot(args, next);
  if (how === undefined) return undefined;
  return {
    delayMs: rule.delayMs ?? Math.min(FIRST_PAUSE * 2 ** before, LONGEST_PAUSE),
    reason: `retry ${before + 1} of ${rule.retries} after ${cause}${how}`,
    unlessStarted: rule.unlessStarted,
  };
}

/** What the next attempt gets; undefined where it would get no more than the last one. */
function growth(args: FargateArguments, next: readonly string[]): string | undefined {
  const [before = 0, after = 0] = [next.slice(0, -1), next].map((causes) =>
    memoryOf(sizeAfter(args, causes)),
  );
  return after > before ? `, with ${after} MiB of memory` : undefined;
}

function spot(args: FargateArguments, next: readonly string[]): string {
  return next.at(-1) === "SpotInterruption" && leavesSpot(args, next) ? ", on demand" : "";
}

/** Whether an attempt after these goes without Fargate Spot. */
export function leavesSpot({ policy }: FargateArguments, earlier: readonly string[]): boolean {
  const { onDemandAfter } = policy;
  if (onDemandAfter === undefined) return false;
  return earlier.filter((cause) => cause === "SpotInterruption").length >= onDemandAfter;
}
