import { isFinished, SlipwayError, type State, type StateType } from "@slipway/core";
import { findByRunToken, noteHeartbeat, setReported } from "../db/attempts.ts";
import type { Database } from "../db/database.ts";
import { insertLogs } from "../db/logs.ts";
import { notifyRun, notifyWork } from "../db/notifications.ts";
import type { Db } from "../db/rows.ts";
import { assertOpen, type LockedAttempt, lockAttempt } from "./current-attempt.ts";
import { refusal } from "./input.ts";
import { moveFlowRun } from "./move-flow-run.ts";
import { parseUsage } from "./parse-attempt.ts";
import {
  parseRunEvent,
  type RunEvent,
  type RunEventInput,
  type TaskRunReport,
} from "./parse-run-event.ts";
import { recordTaskRuns } from "./record-task-runs.ts";
import { parseTimeline, withReported } from "./timeline.ts";
import { hashToken } from "./tokens.ts";

const MOST_EVENTS = 1_000;

export interface RecordRunInput {
  readonly firstSequence: number;
  readonly events: readonly RunEventInput[];
  readonly usage?: unknown;
  readonly timeline?: unknown;
}

export interface RecordedRun {
  readonly nextSequence: number;
  readonly cancelRequested: boolean;
}

/**
 * Records what a run's process reports, in order and each event once; answers the next sequence number.
 * Without events it is a heartbeat. Once the run has finished its log may still end, but no state changes.
 * Throws `UNAUTHENTICATED`, `ATTEMPT_SUPERSEDED`, `STATE_CONFLICT`, `ILLEGAL_TRANSITION` or `INVALID_ARGUMENT`.
 */
export async function recordRun(
  database: Database,
  runToken: string,
  input: RecordRunInput,
): Promise<RecordedRun> {
  const hash = hashToken(runToken);
  const heard = isBareHeartbeat(input) ? await hear(database.read, hash, input) : undefined;
  return heard ?? database.transact((tx) => recordEvents(tx, hash, input));
}

function isBareHeartbeat({ events, timeline }: RecordRunInput): boolean {
  return events.length === 0 && !timeline;
}

async function hear(db: Db, hash: Buffer, { firstSequence, usage }: RecordRunInput) {
  const heard = await noteHeartbeat(db, hash, {
    sequence: firstSequence,
    usage: usage ? JSON.stringify(parseUsage("input.usage", usage)) : null,
  });
  return heard && answer(heard.runStateType, heard.nextSequence);
}

async function recordEvents(tx: Db, hash: Buffer, input: RecordRunInput): Promise<RecordedRun> {
  const { firstSequence, events } = input;
  if (events.length > MOST_EVENTS) {
    throw refusal("input.events", events.length, `at most ${MOST_EVENTS} events`);
  }
  const known = await findByRunToken(tx, hash);
  if (!known) throw new SlipwayError("UNAUTHENTICATED", "The run token is not one of this server");
  const locked = await lockAttempt(tx, known.id);
  const { nextSequence } = locked.attempt;
  if (firstSequence < 0 || firstSequence > nextSequence) throw gap(firstSequence, nextSequence);
  const fresh = events
    .map((event, index) => ({ event, path: `input.events[${index}]` }))
    .slice(nextSequence - firstSequence);
  // What was recorded already may be said again even when the attempt has ended since.
  if (fresh.length === 0 && events.length > 0) return answer(locked.run.stateType, nextSequence);
  assertOpen(locked);
  await record(
    tx,
    locked,
    fresh.map(({ event, path }) => parseRunEvent(path, event)),
  );
  const reported = { nextSequence: nextSequence + fresh.length, ...parseReport(locked, input) };
  await setReported(tx, known.id, reported);
  if (fresh.length > 0 || reported.timeline) await notifyRun(tx, locked.run.id);
  return answer(locked.run.stateType, reported.nextSequence);
}

/** By the state before what the process has just said: an end that it told itself is no news to it. */
function answer(stateType: StateType, nextSequence: number): RecordedRun {
  return {
    nextSequence,
    cancelRequested: stateType === "Cancelling" || stateType === "Cancelled",
  };
}

/** What is given beside the events. */
function parseReport({ attempt }: LockedAttempt, { usage, timeline }: RecordRunInput) {
  const report: { usage?: string; timeline?: string } = {};
  if (usage) report.usage = JSON.stringify(parseUsage("input.usage", usage));
  if (timeline) {
    const steps = parseTimeline("input.timeline", timeline);
    report.timeline = JSON.stringify(withReported("input.timeline", attempt.timeline, steps));
  }
  return report;
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
  const counting = run.stateType === "Cancelling" ? states.filter(countsWhileCancelling) : states;
  await moveFlowRun(tx, run, attempt.number, counting);
  if (counting.at(-1)?.type === "Scheduled") await notifyWork(tx);
}

/**
 * A process that has not heard yet that its run is to end goes on for a moment; only how it ends counts. That it
 * stopped as it was told ends nothing: the run is Cancelled when its infrastructure was seen to have stopped.
 */
function countsWhileCancelling(state: State): boolean {
  return isFinished(state) && state.type !== "Cancelled";
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
