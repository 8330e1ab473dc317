import { SlipwayError } from "@slipway/core";
import { setIntent } from "../db/attempts.ts";
import type { Rate } from "../db/rate-budget.ts";
import type { Db } from "../db/rows.ts";
import { assertHeldBy, assertOpen, assertWanted, lockAttempt } from "./current-attempt.ts";
import { refusal } from "./input.ts";
import { parseRate, reserveCall } from "./rate.ts";

const MOST_VARIANTS = 1_000;

export interface BeginLaunchInput {
  readonly agent: string;
  readonly attemptId: string;
  readonly variant: number;
  readonly rate: Rate;
}

/**
 * Writes down, before anything is launched, in which way it will be; whoever takes the attempt up later knows then
 * that something may be running, and which call to repeat. Answers how long to wait for the call's turn.
 * Throws `ATTEMPT_SUPERSEDED`, or `STATE_CONFLICT` where the queue is too long.
 */
export async function beginLaunch(tx: Db, input: BeginLaunchInput): Promise<{ waitMs: number }> {
  const { agent, attemptId, variant } = input;
  if (variant < 0 || variant >= MOST_VARIANTS)
    throw refusal("input.variant", variant, `0 to ${MOST_VARIANTS - 1}`);
  const rate = parseRate("input.rate", input.rate);
  const locked = await lockAttempt(tx, attemptId);
  assertOpen(locked);
  assertHeldBy(agent, locked);
  assertWanted(locked);
  await setIntent(tx, attemptId, variant);
  // Last, so that others wait for this row no longer than for the commit.
  const waitMs = await reserveCall(tx, rate);
  if (waitMs === undefined) throw tooMany(rate);
  return { waitMs };
}

function tooMany({ operation, perSecond }: Rate): SlipwayError {
  return new SlipwayError(
    "STATE_CONFLICT",
    `So many calls of ${operation} wait already that this one's turn would come in more than ten minutes, at ${perSecond} a second; ask again later, or let the agents hold fewer runs at a time`,
    { operation, perSecond },
  );
}
