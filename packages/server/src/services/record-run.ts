import { isFinished, SlipwayError, type State } from "@slipway/core";
import { findByRunToken, setNextSequence } from "../db/attempts.ts";
import { insertFlowRunStates, updateFlowRun } from "../db/flow-runs.ts";
import { insertLogs } from "../db/logs.ts";
import { notifyRun, notifyWork } from "../db/notifications.ts";
import type { Db } from "../db/rows.ts";
import { advance, positionOf } from "./advance.ts";
import { assertOpen, type LockedAttempt, lockAttempt } from "./current-attempt.ts";
import { refusal } from "./input.ts";
import {
  parseRunEvent,
  type RunEvent,
  type RunEventInput,
  type TaskRunReport,
} from "./parse-run-event.ts";
import { recordTaskRuns } from "./record-task-runs.ts";
import { hashToken } from "./tokens.ts";

const MOST_EVENTS = 1_000;

export interface RecordRunInput {
  readonly firstSequence: number;
  readonly events: readonly RunEventInput[];
}

/**
 * Records what a run's process reports, in order and each event once; answers the next sequence number.
 * Once the run has finished its log may still end, but no state changes.
 * Throws `UNAUTHENTICATED`, `ATTEMPT_SUPERSEDED`, `STATE_CONFLICT`, `ILLEGAL_TRANSITION` or `INVALID_ARGUMENT`.
 */
export async function recordRun(
  tx: Db,
  runToken: string,
  { firstSequence, events }: RecordRunInput,
): Promise<number> {
  if (events.length > MOST_EVENTS) {
    throw refusal("input.events", events.length, `at most ${MOST_EVENTS} events`);
  }
  const known = await findByRunToken(tx, hashToken(runToken));
  if (!known) throw new SlipwayError("UNAUTHENTICATED", "The run token is not one of this server");
  const locked = await lockAttempt(tx, known.id);
  const { nextSequence } = locked.attempt;
  if (firstSequence < 0 || firstSequence > nextSequence) throw gap(firstSequence, nextSequence);
  const fresh = events
    .map((event, index) => ({ event, path: `input.events[${index}]` }))
    .slice(nextSequence - firstSequence);
  if (fresh.length === 0) return nextSequence;
  assertOpen(locked);
  await record(
    tx,
    locked,
    fresh.map(({ event, path }) => parseRunEvent(path, event)),
  );
  await setNextSequence(tx, known.id, nextSequence + fresh.length);
  await notifyRun(tx, locked.run.id);
  return nextSequence + fresh.length;
}

async function record(tx: Db, { attempt, run }: LockedAttempt, events: readonly RunEvent[]) {
  const owner = { flowRunId: run.id, attempt: attempt.number };
  const reports = events.filter((event) => event.kind === "taskRunState");
  if (isFinished({ type: run.stateType })) refuseLate(run.id, reports);
  await recordTaskRuns(tx, owner, reports);
  const states = events.filter((event) => event.kind === "flowRunState");
  await recordFlowRun(
    tx,
    { attempt, run },
    states.map((event) => event.state),
  );
  await insertLogs(
    tx,
    owner,
    events.filter((event) => event.kind === "log").map(({ log }) => log),
  );
}

async function recordFlowRun(tx: Db, { attempt, run }: LockedAttempt, states: readonly State[]) {
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
      attempt: attempt.number,
      state: JSON.stringify(state),
    })),
  );
  if (state.type === "Scheduled") await notifyWork(tx);
}

function refuseLate(flowRunId: string, [late]: readonly TaskRunReport[]): void {
  if (!late) return;
  throw new SlipwayError(
    "STATE_CONFLICT",
    `Flow run ${flowRunId} has finished: task ${late.task.taskSlug} can no longer become ${late.state.type}`,
    { flowRunId, path: late.path, taskSlug: late.task.taskSlug, to: late.state.type },
  );
}

function gap(firstSequence: number, nextSequence: number): SlipwayError {
  return new SlipwayError(
    "STATE_CONFLICT",
    `The batch begins at event ${firstSequence}, but event ${nextSequence} is the next: send the events from ${nextSequence} on`,
    { path: "input.firstSequence", given: firstSequence, accepted: nextSequence, nextSequence },
  );
}
