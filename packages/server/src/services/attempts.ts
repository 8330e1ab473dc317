import { findByRunToken, giveUpLease, swapToken, updateAttempt } from "../db/attempts.ts";
import { notifyRun, notifyWork } from "../db/notifications.ts";
import type { AttemptRow, Db } from "../db/rows.ts";
import { findNewestLaunchedBy } from "../db/successors.ts";
import { assertHeldBy, assertOpen, type LockedAttempt, lockAttempt } from "./current-attempt.ts";
import { checkId } from "./input.ts";
import { parseInfrastructure, parseStatus } from "./parse-attempt.ts";
import { parseTimeline, withSeen } from "./timeline.ts";

/** Records what was launched. Throws `ATTEMPT_SUPERSEDED`. */
export async function recordInfrastructure(
  tx: Db,
  input: { readonly agent: string; readonly attemptId: string; readonly infrastructure?: unknown },
): Promise<AttemptRow> {
  const infrastructure = JSON.stringify(parseInfrastructure(input.infrastructure));
  const locked = await lockAttempt(tx, input.attemptId);
  assertHeldBy(input.agent, locked);
  assertOpen(locked);
  const attempt = await updateAttempt(tx, input.attemptId, { infrastructure });
  await notifyRun(tx, attempt.flowRunId);
  return attempt;
}

export interface RecordObservationInput {
  readonly agent: string;
  readonly attemptId: string;
  readonly status?: string | null | undefined;
  readonly timeline?: unknown;
}

/** Records what is seen of an open attempt; what is not given stays. Throws `ATTEMPT_SUPERSEDED`. */
export async function recordObservation(
  tx: Db,
  input: RecordObservationInput,
): Promise<AttemptRow> {
  const seen = parseTimeline("input.timeline", input.timeline ?? {});
  const locked = await lockAttempt(tx, input.attemptId);
  assertHeldBy(input.agent, locked);
  assertOpen(locked);
  const timeline = withSeen("input.timeline", locked.attempt.timeline, seen);
  const attempt = await updateAttempt(tx, input.attemptId, {
    timeline: JSON.stringify(timeline),
    ...(typeof input.status === "string" && { status: parseStatus(input.status) }),
  });
  await notifyRun(tx, attempt.flowRunId);
  return attempt;
}

/** Gives an open attempt back, so that it waits for no lease. Saying it again changes nothing. Throws `ATTEMPT_SUPERSEDED`. */
export async function releaseAttempt(
  tx: Db,
  input: { readonly agent: string; readonly attemptId: string },
): Promise<AttemptRow> {
  const locked = await lockAttempt(tx, input.attemptId);
  const { attempt } = locked;
  if (attempt.agentName === input.agent && (attempt.releasedAt || attempt.endedAt)) return attempt;
  assertHeldBy(input.agent, locked);
  const released = await giveUpLease(tx, input.attemptId);
  await notifyWork(tx);
  return released;
}

/**
 * Marks the attempt's bootstrap token as used, for this run token. Another use is refused, even where the first
 * answer was lost: whoever reads the token later, in the task's description, holds nothing. Only who made the run
 * token may say the same again. Where the platform has started the process once more, the token is good for the newest
 * of its attempts. Undefined where it was used for another one.
 */
export async function swapBootstrapToken(
  tx: Db,
  attemptId: string,
  runTokenHash: Buffer,
): Promise<AttemptRow | undefined> {
  const locked = await lockNewestOf(tx, checkId("attempt", attemptId));
  assertOpen(locked);
  const { id } = locked.attempt;
  const holder = await findByRunToken(tx, runTokenHash);
  if (holder) return holder.id === id ? holder : undefined;
  const attempt = await swapToken(tx, id, runTokenHash);
  if (attempt) await notifyRun(tx, attempt.flowRunId);
  return attempt;
}

/** The newest of the attempts that go on with what was launched for this one; else itself. */
async function lockNewestOf(tx: Db, attemptId: string): Promise<LockedAttempt> {
  const locked = await lockAttempt(tx, attemptId);
  const newest = await findNewestLaunchedBy(tx, locked.run, attemptId);
  return newest ? { ...locked, attempt: newest } : locked;
}
