import type { RetryDecision } from "@slipway/core";
import type { RetryRule } from "./rules.ts";

const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;

/**
 * Whether the rules follow an attempt that ended so with another one. `how` says what is different then, as the rest of
 * a sentence; undefined where another attempt would have no better chance.
 */
export function nextAttempt(
  rules: readonly RetryRule[],
  cause: string,
  earlier: readonly string[],
  how: (next: readonly string[]) => string | undefined,
): RetryDecision | undefined {
  const rule = rules.find(({ causes }) => causes.includes(cause));
  if (rule === undefined) return undefined;
  const before = earlier.filter((name) => rule.causes.includes(name)).length;
  if (before >= rule.retries) return undefined;
  const difference = how([...earlier, cause]);
  if (difference === undefined) return undefined;
  return {
    delayMs: rule.delayMs ?? Math.min(FIRST_PAUSE * 2 ** before, LONGEST_PAUSE),
    reason: `retry ${before + 1} of ${rule.retries} after ${cause}${difference}`,
    unlessStarted: rule.unlessStarted,
  };
}

/** How a retry with more memory says so; undefined where it would get no more than the last one. */
export function moreMemory(
  next: readonly string[],
  memoryAfter: (causes: readonly string[]) => number | undefined,
): string | undefined {
  const [before = 0, after = 0] = [next.slice(0, -1), next].map(memoryAfter);
  return after > before ? `, with ${after} MiB of memory` : undefined;
}
