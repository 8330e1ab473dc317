import {
  type Diagnosis,
  type Infrastructure,
  isPlainObject,
  type State,
  type StateType,
} from "@slipway/core";
import { touchAgent } from "../db/agents.ts";
import { setEnd, setInfrastructure, swapToken } from "../db/attempts.ts";
import { insertFlowRunStates, updateFlowRun } from "../db/flow-runs.ts";
import { notifyRun } from "../db/notifications.ts";
import type { AttemptRow, Db } from "../db/rows.ts";
import { endTaskRuns } from "../db/task-runs.ts";
import { advance, positionOf } from "./advance.ts";
import { assertHeldBy, assertOpen, type LockedAttempt, lockAttempt } from "./current-attempt.ts";
import { checkId, refusal } from "./input.ts";

const LONGEST_JSON = 64 * 1024;

/** What an attempt that ends leaves unfinished. A run that waits for its next attempt is not unfinished. */
const UNFINISHED_RUN: readonly StateType[] = ["Submitted", "Running", "Pending"];
const UNFINISHED_TASKS: readonly StateType[] = ["Pending", "Scheduled", "Submitted", "Running"];

/** Records what was launched. Throws `ATTEMPT_SUPERSEDED`. */
export async function recordInfrastructure(
  tx: Db,
  input: { readonly agent: string; readonly attemptId: string; readonly infrastructure?: unknown },
): Promise<AttemptRow> {
  const infrastructure = parseInfrastructure(input.infrastructure);
  const locked = await lockAttempt(tx, input.attemptId);
  assertHeldBy(input.agent, locked);
  assertOpen(locked);
  const attempt = await setInfrastructure(tx, input.attemptId, JSON.stringify(infrastructure));
  await notifyRun(tx, attempt.flowRunId);
  return attempt;
}

/**
 * Ends an attempt whose infrastructure is gone or never came. Only the run's own process says that a
 * run succeeded: one that is unfinished then has failed, with all its unfinished tasks.
 * Saying it again changes nothing. Throws `ATTEMPT_SUPERSEDED`.
 */
export async function endAttempt(
  tx: Db,
  input: { readonly agent: string; readonly attemptId: string; readonly diagnosis?: unknown },
  now: Date,
): Promise<AttemptRow> {
  const diagnosis = parseDiagnosis(input.diagnosis);
  const locked = await lockAttempt(tx, input.attemptId);
  assertHeldBy(input.agent, locked);
  if (locked.attempt.endedAt) return locked.attempt;
  if (UNFINISHED_RUN.includes(locked.run.stateType)) await failRun(tx, locked, diagnosis, now);
  else if (locked.run.stateType === "Failed") await failTasksLeftBehind(tx, locked, now);
  // The agent's row before the attempt's, as claims take them: two that took them crosswise would wait for each other.
  await touchAgent(tx, input.agent);
  const attempt = await setEnd(tx, input.attemptId, JSON.stringify(diagnosis));
  await notifyRun(tx, attempt.flowRunId);
  return attempt;
}

async function failRun(tx: Db, { attempt, run }: LockedAttempt, diagnosis: Diagnosis, now: Date) {
  const { cause, message } = diagnosis;
  const owner = { flowRunId: run.id, attempt: attempt.number };
  const failed: State = { type: "Failed", timestamp: now.toISOString(), message, cause };
  const taskFailed: State = { ...failed, message: `The run's process ended: ${message}` };
  const advanced = advance(positionOf(run), [failed]);
  if (!advanced) return;
  const state = JSON.stringify(failed);
  const { stateType, stateVersion } = advanced;
  await updateFlowRun(tx, run.id, { state, stateType, stateVersion, endTime: now });
  await insertFlowRunStates(tx, [{ ...owner, version: stateVersion, state }]);
  await endTaskRuns(tx, owner, UNFINISHED_TASKS, taskFailed);
}

/** A process that is stopped says that its run failed, and no more of the tasks that it had not come to. */
async function failTasksLeftBehind(tx: Db, { attempt, run }: LockedAttempt, now: Date) {
  const message = "The run ended before this task had run";
  const failed: State = { type: "Failed", timestamp: now.toISOString(), message };
  const owner = { flowRunId: run.id, attempt: attempt.number };
  await endTaskRuns(tx, owner, UNFINISHED_TASKS, failed);
}

/**
 * Marks the attempt's bootstrap token as used. A second use is refused, even where the first answer was
 * lost: whoever reads the token later, in the task's description, holds nothing. Undefined where it was used.
 */
export async function swapBootstrapToken(
  tx: Db,
  attemptId: string,
  runTokenHash: Buffer,
): Promise<AttemptRow | undefined> {
  const locked = await lockAttempt(tx, checkId("attempt", attemptId));
  assertOpen(locked);
  const attempt = await swapToken(tx, attemptId, runTokenHash);
  if (attempt) await notifyRun(tx, attempt.flowRunId);
  return attempt;
}

function parseInfrastructure(value: unknown): Infrastructure {
  const path = "infrastructure";
  const { kind, id, details } = checkObject(path, value, "{ kind, id, details }");
  if (typeof kind !== "string") throw refusal(`${path}.kind`, kind, "a text");
  if (typeof id !== "string") throw refusal(`${path}.id`, id, "a text");
  if (!isPlainObject(details)) throw refusal(`${path}.details`, details, "an object");
  // It came out of JSON, so what it holds is JSON.
  return { kind, id, details: details as Infrastructure["details"] };
}

function parseDiagnosis(value: unknown): Diagnosis {
  const path = "diagnosis";
  const { cause, message, evidence } = checkObject(path, value, "{ cause, message, evidence }");
  if (typeof cause !== "string") throw refusal(`${path}.cause`, cause, "a text");
  if (typeof message !== "string") throw refusal(`${path}.message`, message, "a text");
  if (!isPlainObject(evidence)) throw refusal(`${path}.evidence`, evidence, "an object");
  // It came out of JSON, so what it holds is JSON.
  return { cause, message, evidence: evidence as Diagnosis["evidence"] };
}

function checkObject(path: string, value: unknown, accepted: string): Record<string, unknown> {
  if (!isPlainObject(value)) throw refusal(path, value, accepted);
  if (JSON.stringify(value).length <= LONGEST_JSON) return value;
  throw refusal(path, "a longer one", `at most ${LONGEST_JSON} characters as JSON`);
}
