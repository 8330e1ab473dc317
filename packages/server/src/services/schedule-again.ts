import type { State } from "@slipway/core";
import type { Db } from "../db/rows.ts";
import { resetTaskRuns } from "../db/task-runs.ts";
import type { LockedAttempt } from "./current-attempt.ts";
import { moveFlowRun } from "./move-flow-run.ts";

export interface Again {
  readonly startAt: Date;
  readonly reason: string;
}

/** A new attempt runs the flow anew, so its tasks are Pending again, and their mapped children are gone. */
export async function scheduleAgain(
  tx: Db,
  { attempt, run }: LockedAttempt,
  { startAt, reason }: Again,
  now: Date,
): Promise<void> {
  const timestamp = now.toISOString();
  const scheduled: State = {
    type: "Scheduled",
    timestamp,
    message: reason,
    startAt: startAt.toISOString(),
  };
  await moveFlowRun(tx, run, attempt.number, [scheduled]);
  const owner = { flowRunId: run.id, attempt: attempt.number };
  await resetTaskRuns(tx, owner, { type: "Pending", timestamp, message: reason });
}
