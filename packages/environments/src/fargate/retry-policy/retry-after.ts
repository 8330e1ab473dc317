import type { Diagnosis, LaunchRequest, RetryDecision } from "@slipway/core";
import { moreMemory, nextAttempt } from "../../retry-policy/next-attempt.ts";
import type { FargateArguments } from "../fargate-arguments.ts";
import { memoryOf, sizeAfter } from "../memory-ladder.ts";

/**
 * Whether the author's policy follows an attempt that ended so with another one, and why. A run that had too
 * little memory is not tried again where it cannot get more and should.
 */
export function retryAfter(
  args: FargateArguments,
  { cause, evidence }: Pick<Diagnosis, "cause" | "evidence">,
  { earlier }: Pick<LaunchRequest, "earlier">,
): RetryDecision | undefined {
  // Who could not launch for want of room has waited for it until the deadline.
  if (cause === "Capacity" && !Object.hasOwn(evidence, "stoppedReason")) return undefined;
  const { rules, scaleMemory } = args.policy;
  return nextAttempt(rules, cause, earlier, (next) =>
    scaleMemory && cause === "OutOfMemory"
      ? moreMemory(next, (causes) => memoryOf(sizeAfter(args, causes)))
      : spot(args, next),
  );
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
