import type { Diagnosis, LaunchRequest, RetryDecision } from "@slipway/core";
import { moreMemory, nextAttempt } from "../../retry-policy/next-attempt.ts";
import type { KubernetesArguments } from "../kubernetes-arguments.ts";
import { memoryAfter } from "../memory-growth.ts";

/**
 * Whether the author's policy follows an attempt that ended so with another one, and why. A run that had too little
 * memory is not tried again where it cannot get more and should.
 */
export function retryAfter(
  { job, policy }: Pick<KubernetesArguments, "job" | "policy">,
  { cause }: Pick<Diagnosis, "cause">,
  { earlier }: Pick<LaunchRequest, "earlier">,
): RetryDecision | undefined {
  const { rules, scaleMemory } = policy;
  return nextAttempt(rules, cause, earlier, (next) =>
    scaleMemory && cause === "OutOfMemory"
      ? moreMemory(next, (causes) => memoryAfter(job, scaleMemory, causes))
      : "",
  );
}
