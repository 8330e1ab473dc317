import { isSlipwayError } from "@slipway/core";

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** How long to wait after the `count`th failure in a row: what the server says, else doubling, with half left to chance. */
export function backOffMs(count: number, error: unknown, chance = Math.random()): number {
  const asked = isSlipwayError(error) ? Number(error.details["retryAfterMs"] ?? 0) : 0;
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(count - 1, 16));
  return Math.max(Math.min(asked, LONGEST_MS), full / 2 + (full / 2) * chance);
}
