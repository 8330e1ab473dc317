import type { Db, LogTailRow } from "./rows.ts";

/** Keeps the last lines of an attempt's container, in place of those kept before. */
export async function saveLogTail(
  tx: Db,
  attemptId: string,
  lines: readonly string[],
): Promise<void> {
  const kept = { lines: [...lines] };
  await tx
    .insertInto("logTail")
    .values({ attemptId, ...kept })
    .onConflict((conflict) => conflict.column("attemptId").doUpdateSet(kept))
    .execute();
}

export async function logTailsOf(db: Db, attemptIds: readonly string[]): Promise<LogTailRow[]> {
  return db.selectFrom("logTail").selectAll().where("attemptId", "in", attemptIds).execute();
}
