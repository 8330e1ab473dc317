import { invariant, SlipwayError } from "@slipway/core";
import type { Database } from "../db/database.ts";
import { type Begun, beginLaunch as beginInDb, type Intent } from "../db/launches.ts";
import type { Rate } from "../db/rate-budget.ts";
import type { Db } from "../db/rows.ts";
import { assertHeldBy, assertOpen, assertWanted, lockAttempt } from "./current-attempt.ts";
import { checkId, checkName, refusal } from "./input.ts";
import { LONGEST_QUEUE_MS, parseRate } from "./rate.ts";

const MOST_VARIANTS = 1_000;

/**
 * Writes down, before anything is launched, in which way it will be; whoever takes the attempt up later knows then
 * that something may be running, and which call to repeat. Answers how long to wait for the call's turn.
 * Throws `ATTEMPT_SUPERSEDED`, or `STATE_CONFLICT` where the queue is too long.
 */
export async function beginLaunch(database: Database, input: Intent): Promise<{ waitMs: number }> {
  const intent = parseIntent(input);
  const begun =
    (await beginInDb(database.read, intent, LONGEST_QUEUE_MS)) ??
    (await database.transact((tx) => beginLocked(tx, intent)));
  if (begun.waitMs === undefined) throw tooMany(intent.rate);
  return { waitMs: begun.waitMs };
}

function parseIntent({ agent, attemptId, variant, rate }: Intent): Intent {
  if (variant < 0 || variant >= MOST_VARIANTS)
    throw refusal("input.variant", variant, `0 to ${MOST_VARIANTS - 1}`);
  return {
    agent: checkName("input.agent", agent),
    attemptId: checkId("attempt", attemptId),
    variant,
    rate: parseRate("input.rate", rate),
  };
}

/** Says why it could not be begun; begins it where that has passed meanwhile. */
async function beginLocked(tx: Db, intent: Intent): Promise<Begun> {
  const locked = await lockAttempt(tx, intent.attemptId);
  assertHeldBy(intent.agent, locked);
  assertOpen(locked);
  assertWanted(locked);
  const begun = await beginInDb(tx, intent, LONGEST_QUEUE_MS);
  invariant(begun, "An attempt that may be launched could not be begun");
  return begun;
}

function tooMany({ operation, perSecond }: Rate): SlipwayError {
  return new SlipwayError(
    "STATE_CONFLICT",
    `So many calls of ${operation} wait already that this one's turn would come in more than ten minutes, at ${perSecond} a second; ask again later, or let the agents hold fewer runs at a time`,
    { operation, perSecond },
  );
}
