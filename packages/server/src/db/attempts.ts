import { sql } from "kysely";
import type { AttemptRow, Db } from "./rows.ts";

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
    .set({ swappedAt: sql<Date>`now()`, runTokenHash: hash })
    .where("id", "=", id)
    .where("swappedAt", "is", null)
    .returningAll()
    .executeTakeFirst();
}

export async function setInfrastructure(
  tx: Db,
  id: string,
  infrastructure: string,
): Promise<AttemptRow> {
  return tx
    .updateTable("attempt")
    .set({ infrastructure })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function setEnd(tx: Db, id: string, diagnosis: string): Promise<AttemptRow> {
  return tx
    .updateTable("attempt")
    .set({ diagnosis, endedAt: sql<Date>`now()` })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function setNextSequence(tx: Db, id: string, nextSequence: number): Promise<void> {
  await tx.updateTable("attempt").set({ nextSequence }).where("id", "=", id).execute();
}

export async function attemptsOf(db: Db, flowRunIds: readonly string[]): Promise<AttemptRow[]> {
  return db
    .selectFrom("attempt")
    .selectAll()
    .where("flowRunId", "in", flowRunIds)
    .orderBy("number")
    .execute();
}
