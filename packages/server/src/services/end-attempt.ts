import type { Diagnosis, State, StateType } from "@slipway/core";
import { touchAgent } from "../db/agents.ts";
import { setEnd } from "../db/attempts.ts";
import { saveLogTail } from "../db/log-tails.ts";
import { notifyRun, notifyWork } from "../db/notifications.ts";
import type { AttemptRow, Db } from "../db/rows.ts";
import { endTaskRuns } from "../db/task-runs.ts";
import { assertHeldBy, type LockedAttempt, lockAttempt } from "./current-attempt.ts";
import { cut, withoutNul } from "./input.ts";
import { moveFlowRun, UNFINISHED_TASKS } from "./move-flow-run.ts";
import { parseCost, parseDiagnosis, parseInfrastructure, parseLogTail } from "./parse-attempt.ts";
import { type Again, scheduleAgain } from "./schedule-again.ts";
import { goOn, openSuccessor, wasGoneOnWith } from "./successor.ts";
import { parseTimeline, withSeen } from "./timeline.ts";

export interface EndAttemptInput {
  readonly agent: string;
  readonly attemptId: string;
  readonly diagnosis?: unknown;
  readonly retry?: RetryInput | null | undefined;
  readonly timeline?: unknown;
  readonly cost?: unknown;
  readonly logTail?: readonly string[] | null | undefined;
  readonly successor?: unknown;
}

interface RetryInput extends Again {
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
 * else Failed, with all its unfinished tasks. Where the platform goes on by itself, the run's next attempt is opened with
 * that; where nobody wants it to, the attempt stays open until what runs was stopped. Saying it again changes nothing.
 * Throws `ATTEMPT_SUPERSEDED`.
 */
export async function endAttempt(tx: Db, input: EndAttemptInput, now: Date): Promise<AttemptRow> {
  const parts = parseParts(input);
  const end = { diagnosis: parseDiagnosis(input.diagnosis), retry: parseRetry(input.retry), now };
  const { successor } = parts;
  const locked = await lockAttempt(tx, input.attemptId);
  if (successor && (await wasGoneOnWith(tx, locked, input.agent))) return locked.attempt;
  assertHeldBy(input.agent, locked);
  if (locked.attempt.endedAt) return locked.attempt;
  if (!successor) await endRun(tx, locked, end);
  else if (isUnfinished(locked))
    await goOn(tx, locked, successor, { cause: end.diagnosis.cause, now });
  else return locked.attempt;
  // The agent's row before the attempt's, as claims take them: two that took them crosswise would wait for each other.
  await touchAgent(tx, input.agent);
  const timeline = withSeen("input.timeline", locked.attempt.timeline, parts.timeline);
  const attempt = await setEnd(tx, input.attemptId, {
    diagnosis: JSON.stringify(end.diagnosis),
    timeline: JSON.stringify(timeline),
    cost: parts.cost ? JSON.stringify(parts.cost) : null,
  });
  if (successor) await openSuccessor(tx, attempt, successor);
  if (parts.logTail.length > 0) await saveLogTail(tx, attempt.id, parts.logTail);
  await notifyRun(tx, attempt.flowRunId);
  return attempt;
}

function parseParts({ timeline, cost, logTail, successor }: EndAttemptInput) {
  return {
    timeline: parseTimeline("input.timeline", timeline ?? {}),
    cost: isGiven(cost) ? parseCost("input.cost", cost) : undefined,
    logTail: parseLogTail(logTail ?? []),
    successor: isGiven(successor) ? parseInfrastructure(successor, "input.successor") : undefined,
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
  if (!isUnfinished(locked)) return endTasksLeftBehind(tx, locked, end.now);
  const { retry } = end;
  if (!(retry && maybeTriedAgain(locked, retry))) return failRun(tx, locked, end);
  await scheduleAgain(tx, locked, retry, end.now);
  await notifyWork(tx);
}

function isUnfinished({ run }: LockedAttempt): boolean {
  return UNFINISHED_RUN.includes(run.stateType);
}

function maybeTriedAgain({ attempt }: LockedAttempt, { unlessStarted }: RetryInput): boolean {
  return !(unlessStarted && attempt.swappedAt);
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
