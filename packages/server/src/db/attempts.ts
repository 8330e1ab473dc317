import type { StateType } from "@slipway/core";
import { sql, type UpdateObject } from "kysely";
import type { AttemptRow, Db } from "./rows.ts";
import type { Tables } from "./tables.ts";

export async function findAttempt(db: Db, id: string): Promise<AttemptRow | undefined> {
  return db.selectFrom("attempt").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function findByRunToken(db: Db, hash: Buffer): Promise<AttemptRow | undefined> {
  return db.selectFrom("attempt").selectAll().where("runTokenHash", "=", hash).executeTakeFirst();
}

/** Swaps the bootstrap token, once: undefined where it was swapped before. */
export async function swapToken(tx: Db, id: string, hash: Buffer): Promise<AttemptRow | undefined> {
  return tx
    .updateTable("attempt")
    .set({ swappedAt: sql<Date>`now()`, heartbeatAt: sql<Date>`now()`, runTokenHash: hash })
    .where("id", "=", id)
    .where("swappedAt", "is", null)
    .returningAll()
    .executeTakeFirst();
}

export async function updateAttempt(
  tx: Db,
  id: string,
  change: UpdateObject<Tables, "attempt">,
): Promise<AttemptRow> {
  return tx
    .updateTable("attempt")
    .set(change)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function setEnd(
  tx: Db,
  id: string,
  end: { readonly diagnosis: string; readonly timeline: string; readonly cost: string | null },
): Promise<AttemptRow> {
  return updateAttempt(tx, id, { ...end, status: null, endedAt: sql<Date>`now()` });
}

/** Ends the lease at once, so that the next agent that fits takes the attempt up. */
export async function giveUpLease(tx: Db, id: string): Promise<AttemptRow> {
  const change = { leaseExpiresAt: sql<Date>`now()`, releasedAt: sql<Date>`now()` };
  return updateAttempt(tx, id, change);
}

/** Notes that the run's process was heard of, and what it said. */
export async function setReported(
  tx: Db,
  id: string,
  report: { readonly nextSequence: number; readonly usage?: string; readonly timeline?: string },
): Promise<void> {
  await tx
    .updateTable("attempt")
    .set({ ...report, heartbeatAt: sql<Date>`now()` })
    .where("id", "=", id)
    .execute();
}

export interface Heard {
  readonly nextSequence: number;
  readonly runStateType: StateType;
}

/**
 * Notes that the process of an open newest attempt was heard of, in one statement and holding nobody up: every run
 * says so every few seconds. Undefined where there is none, or where events of before `sequence` are missing.
 */
export async function noteHeartbeat(
  db: Db,
  runTokenHash: Buffer,
  { sequence, usage }: { readonly sequence: number; readonly usage: string | null },
): Promise<Heard | undefined> {
  const { rows } = await sql<Heard>`
    update attempt set heartbeat_at = now(), usage = coalesce(${usage}::json, usage)
    from flow_run
    where run_token_hash = ${runTokenHash} and flow_run.id = flow_run_id and flow_run.attempt = attempt.number
      and ended_at is null and ${sequence} between 0 and next_sequence
    returning next_sequence, flow_run.state_type as run_state_type`.execute(db);
  return rows[0];
}

export async function attemptsOf(db: Db, flowRunIds: readonly string[]): Promise<AttemptRow[]> {
  return db
    .selectFrom("attempt")
    .selectAll()
    .where("flowRunId", "in", flowRunIds)
    .orderBy("number")
    .execute();
}

export interface EarlierCause {
  readonly flowRunId: string;
  readonly cause: string;
}

/** Why those attempts of these runs ended that have, oldest first. */
export async function causesOf(db: Db, flowRunIds: readonly string[]): Promise<EarlierCause[]> {
  const rows = await db
    .selectFrom("attempt")
    .select(["flowRunId", "diagnosis"])
    .where("flowRunId", "in", flowRunIds)
    .where("diagnosis", "is not", null)
    .orderBy("number")
    .execute();
  // Not taken out by PostgreSQL, which reads no JSON that holds a NUL character.
  return rows.flatMap(({ flowRunId, diagnosis }) =>
    diagnosis ? [{ flowRunId, cause: diagnosis.cause }] : [],
  );
}
