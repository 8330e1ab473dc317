import { isFinished, SlipwayError, type State, type StateType } from "@slipway/core";
import { findFlowRun, lockFlowRun } from "../db/flow-runs.ts";
import { notifyRun, notifyWork } from "../db/notifications.ts";
import type { Db, FlowRunRow } from "../db/rows.ts";
import { endTaskRuns } from "../db/task-runs.ts";
import { checkId, notFound } from "./input.ts";
import { moveFlowRun, UNFINISHED_TASKS } from "./move-flow-run.ts";

/** Nothing of these is running anywhere. */
const NOT_LAUNCHED: readonly StateType[] = ["Scheduled", "Pending"];

/**
 * Ends a run: at once where nothing was launched, else through Cancelling, which its agent ends when it has seen the
 * infrastructure stopped. Asking again changes nothing.
 * Throws `NOT_FOUND`, or `STATE_CONFLICT` where the run has ended otherwise.
 */
export async function cancelFlowRun(tx: Db, id: string, now: Date): Promise<FlowRunRow> {
  if (!(await findFlowRun(tx, checkId("flow run", id)))) throw notFound("flow run", id);
  const run = await lockFlowRun(tx, id);
  const { stateType } = run;
  if (stateType === "Cancelling" || stateType === "Cancelled") return run;
  if (isFinished({ type: stateType })) throw hasEnded(run);
  const timestamp = now.toISOString();
  if (NOT_LAUNCHED.includes(stateType)) await cancelNow(tx, run, timestamp);
  else await askToStop(tx, run, timestamp);
  await notifyRun(tx, id);
  return lockFlowRun(tx, id);
}

async function cancelNow(tx: Db, run: FlowRunRow, timestamp: string): Promise<void> {
  const what = run.attempt === 0 ? "anything" : "its next attempt";
  const message = `Cancelled before ${what} was launched`;
  const cancelled: State = { type: "Cancelled", timestamp, message };
  await moveFlowRun(tx, run, run.attempt, [cancelled]);
  const owner = { flowRunId: run.id, attempt: run.attempt };
  await endTaskRuns(tx, owner, UNFINISHED_TASKS, cancelled);
}

async function askToStop(tx: Db, run: FlowRunRow, timestamp: string): Promise<void> {
  const message = "Asked to stop; it is Cancelled once its infrastructure was seen stopped";
  await moveFlowRun(tx, run, run.attempt, [{ type: "Cancelling", timestamp, message }]);
  await notifyWork(tx);
}

function hasEnded({ id, name, stateType }: FlowRunRow): SlipwayError {
  return new SlipwayError(
    "STATE_CONFLICT",
    `Flow run ${name} (${id}) cannot be cancelled: it has ended ${stateType}`,
    { flowRunId: id, stateType },
  );
}
