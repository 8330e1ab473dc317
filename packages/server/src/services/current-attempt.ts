import { SlipwayError, type StateType } from "@slipway/core";
import { findAttempt } from "../db/attempts.ts";
import { lockRunOfAttempt } from "../db/flow-runs.ts";
import type { AttemptRow, Db, FlowRunRow } from "../db/rows.ts";
import { checkId, notFound } from "./input.ts";

export interface LockedAttempt {
  readonly attempt: AttemptRow;
  readonly run: FlowRunRow;
}

/** Locks the attempt's run, so that nothing about either changes until the transaction ends. */
export async function lockAttempt(tx: Db, attemptId: string): Promise<LockedAttempt> {
  const run = await lockRunOfAttempt(tx, checkId("attempt", attemptId));
  const attempt = await findAttempt(tx, attemptId);
  if (!run || !attempt) throw notFound("attempt", attemptId);
  return { attempt, run };
}

/** Only the newest attempt of a run counts. Throws `ATTEMPT_SUPERSEDED`. */
function assertNewest({ attempt, run }: LockedAttempt): void {
  if (attempt.number === run.attempt) return;
  throw superseded(attempt, `attempt ${run.attempt} has taken its place`);
}

/** Only who holds the attempt may change it. Throws `ATTEMPT_SUPERSEDED`. */
export function assertHeldBy(agent: string, locked: LockedAttempt): void {
  assertNewest(locked);
  const { attempt } = locked;
  if (attempt.agentName !== agent)
    throw superseded(attempt, `the agent ${JSON.stringify(attempt.agentName)} looks after it now`);
  if (attempt.releasedAt) throw superseded(attempt, "its agent has given it back");
}

/** What has ended takes no more. Throws `ATTEMPT_SUPERSEDED`. */
export function assertOpen(locked: LockedAttempt): void {
  assertNewest(locked);
  if (locked.attempt.endedAt) throw superseded(locked.attempt, "it has ended");
}

/** What is to end is not launched any more. Throws `ATTEMPT_SUPERSEDED`. */
export function assertWanted({ attempt, run }: LockedAttempt): void {
  const { stateType } = run;
  if (stateType === "Cancelling" || stateType === "Cancelled")
    throw superseded(
      attempt,
      `its run is ${stateType}, since somebody asked for its end`,
      stateType,
    );
}

function superseded(
  { id, number, flowRunId }: AttemptRow,
  why: string,
  stateType?: StateType,
): SlipwayError {
  return new SlipwayError(
    "ATTEMPT_SUPERSEDED",
    `Attempt ${number} of flow run ${flowRunId} is not current: ${why}; stop working on it`,
    { attemptId: id, attempt: number, flowRunId, ...(stateType && { stateType }) },
  );
}
