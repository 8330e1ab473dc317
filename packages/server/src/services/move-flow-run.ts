import type { State, StateType } from "@slipway/core";
import { insertFlowRunStates, updateFlowRun } from "../db/flow-runs.ts";
import type { Db, FlowRunRow } from "../db/rows.ts";
import { advance, positionOf } from "./advance.ts";

/** The states of task runs that an ended run may not leave behind. */
export const UNFINISHED_TASKS: readonly StateType[] = [
  "Pending",
  "Scheduled",
  "Submitted",
  "Running",
];

/** Carries a locked run into these states in order, with their history. Throws `ILLEGAL_TRANSITION`. */
export async function moveFlowRun(
  tx: Db,
  run: FlowRunRow,
  attempt: number,
  states: readonly State[],
): Promise<void> {
  const advanced = advance(positionOf(run), states);
  if (!advanced) return;
  const { state, history, startTime, endTime, ...position } = advanced;
  await updateFlowRun(tx, run.id, {
    ...position,
    state: JSON.stringify(state),
    startTime: startTime === null ? null : new Date(startTime),
    endTime: endTime === null ? null : new Date(endTime),
    ...(state.type === "Scheduled" && { scheduledStartTime: new Date(state.startAt) }),
  });
  await insertFlowRunStates(
    tx,
    history.map(({ version, state }) => ({
      flowRunId: run.id,
      version,
      attempt,
      state: JSON.stringify(state),
    })),
  );
}
