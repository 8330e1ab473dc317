import type { Diagnosis, State, StateType } from "@slipway/core";
import { touchAgent } from "../db/agents.ts";
import { setEnd } from "../db/attempts.ts";
import { saveLogTail } from "../db/log-tails.ts";
import { notifyRun, notifyWork } from "../db/notifications.ts";
import type { AttemptRow, Db } from "../db/rows.ts";
import { endTaskRuns, resetTaskRuns } from "../db/task-runs.ts";
import { assertHeldBy, type LockedAttempt, lockAttempt } from "./current-attempt.ts";
import { cut, withoutNul } from "./input.ts";
import { moveFlowRun, UNFINISHED_TASKS } from "./move-flow-run.ts";
import { parseCost, parseDiagnosis, parseLogTail } from "./parse-attempt.ts";
import { parseTimeline, withSeen } from "./timeline.ts";

export interface EndAttemptInput {
  readonly agent: string;
  readonly attemptId: string;
  readonly diagnosis?: unknown;
  readonly retry?: RetryInput | null | undefined;
  readonly timeline?: unknown;
  readonly cost?: unknown;
  readonly logTail?: readonly string[] | null | undefined;
}

interface RetryInput {
  readonly startAt: Date;
  readonly reason: string;
  readonly unlessStarted: boolean;
}

/** What is known of an attempt's end, checked. */
interface End {
  readonly diagnosis: Diagnosis;
  readonly retry: RetryInput | undefined;
  readonly now: Date;
}

/** What an attempt that ends leaves unfinished. A run that waits for its next attempt is not unfinished. */
const UNFINISHED_RUN: readonly StateType[] = ["Submitted", "Running", "Pending"];

const LONGEST_REASON = 1024;

/**
 * Ends an attempt whose infrastructure is gone or never came. Only the run's own process says that a run succeeded:
 * one that is unfinished then is tried again where that was asked for, Cancelled where its end was asked for, and
 * else Failed, with all its unfinished tasks. Saying it again changes nothing. Throws `ATTEMPT_SUPERSEDED`.
 */
export async function endAttempt(tx: Db, input: EndAttemptInput, now: Date): Promise<AttemptRow> {
  const parts = parseParts(input);
  const end = { diagnosis: parseDiagnosis(input.diagnosis), retry: parseRetry(input.retry), now };
  const locked = await lockAttempt(tx, input.attemptId);
  assertHeldBy(input.agent, locked);
  if (locked.attempt.endedAt) return locked.attempt;
  await endRun(tx, locked, end);
  // The agent's row before the attempt's, as claims take them: two that took them crosswise would wait for each other.
  await touchAgent(tx, input.agent);
  const timeline = withSeen("input.timeline", locked.attempt.timeline, parts.timeline);
  const attempt = await setEnd(tx, input.attemptId, {
    diagnosis: JSON.stringify(end.diagnosis),
    timeline: JSON.stringify(timeline),
    cost: parts.cost ? JSON.stringify(parts.cost) : null,
  });
  if (parts.logTail.length > 0) await saveLogTail(tx, attempt.id, parts.logTail);
  await notifyRun(tx, attempt.flowRunId);
  return attempt;
}

function parseParts({ timeline, cost, logTail }: EndAttemptInput) {
  return {
    timeline: parseTimeline("input.timeline", timeline ?? {}),
    cost: isGiven(cost) ? parseCost("input.cost", cost) : undefined,
    logTail: parseLogTail(logTail ?? []),
  };
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function parseRetry(retry: RetryInput | null | undefined): RetryInput | undefined {
  if (!retry) return undefined;
  const reason = withoutNul(cut(retry.reason, LONGEST_REASON));
  return { ...retry, reason };
}

/** What becomes of the run; what its own process has said of its end stands. */
async function endRun(tx: Db, locked: LockedAttempt, end: End): Promise<void> {
  const { stateType } = locked.run;
  if (stateType === "Cancelling") return cancelRun(tx, locked, end);
  if (UNFINISHED_RUN.includes(stateType)) {
    if (end.retry && maybeTriedAgain(locked, end.retry))
      return scheduleAgain(tx, locked, end.retry, end.now);
    return failRun(tx, locked, end);
  }
  return endTasksLeftBehind(tx, locked, end.now);
}

function maybeTriedAgain({ attempt }: LockedAttempt, { unlessStarted }: RetryInput): boolean {
  return !(unlessStarted && attempt.swappedAt);
}

/** A new attempt runs the flow anew, so its tasks are Pending again, and their mapped children are gone. */
async function scheduleAgain(
  tx: Db,
  { attempt, run }: LockedAttempt,
  { startAt, reason }: RetryInput,
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
  await resetTaskRuns(tx, ownerOf({ attempt, run }), {
    type: "Pending",
    timestamp,
    message: reason,
  });
  await notifyWork(tx);
}

async function cancelRun(tx: Db, locked: LockedAttempt, { diagnosis, now }: End): Promise<void> {
  const timestamp = now.toISOString();
  const cancelled: State = { type: "Cancelled", timestamp, message: diagnosis.message };
  await moveFlowRun(tx, locked.run, locked.attempt.number, [cancelled]);
  await endTaskRuns(tx, ownerOf(locked), UNFINISHED_TASKS, {
    type: "Cancelled",
    timestamp,
    message: "The run was cancelled",
  });
}

async function failRun(tx: Db, locked: LockedAttempt, end: End): Promise<void> {
  const { cause, message } = end.diagnosis;
  const timestamp = end.now.toISOString();
  const untried = end.retry ? " (not tried again: the run's process had started)" : "";
  const failed: State = { type: "Failed", timestamp, message: `${message}${untried}`, cause };
  await moveFlowRun(tx, locked.run, locked.attempt.number, [failed]);
  // The run says the rest; a hundred tasks need not repeat it.
  const taskMessage = locked.attempt.swappedAt
    ? `The run's process ended: ${cause}`
    : `The run's process never started: ${cause}`;
  await endTaskRuns(tx, ownerOf(locked), UNFINISHED_TASKS, { ...failed, message: taskMessage });
}

/** A process that is stopped says that its run ended, and no more of the tasks that it had not come to. */
async function endTasksLeftBehind(tx: Db, locked: LockedAttempt, now: Date): Promise<void> {
  const { stateType } = locked.run;
  if (stateType !== "Failed" && stateType !== "Cancelled") return;
  const message = "The run ended before this task had run";
  const ended: State = { type: stateType, timestamp: now.toISOString(), message };
  await endTaskRuns(tx, ownerOf(locked), UNFINISHED_TASKS, ended);
}

function ownerOf({ attempt, run }: LockedAttempt) {
  return { flowRunId: run.id, attempt: attempt.number };
}
