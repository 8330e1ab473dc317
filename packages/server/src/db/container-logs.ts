import { sql } from "kysely";
import type { ContainerLogRow, Db } from "./rows.ts";

export async function containerLogsOf(
  db: Db,
  attemptIds: readonly string[],
): Promise<ContainerLogRow[]> {
  return db.selectFrom("containerLog").selectAll().where("attemptId", "in", attemptIds).execute();
}

/** Notes how far a container's lines are kept, and adds to their number. */
export async function saveContainerLog(tx: Db, row: ContainerLogRow): Promise<void> {
  await tx
    .insertInto("containerLog")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["attemptId", "container"]).doUpdateSet({
        cursor: row.cursor,
        lines: sql<number>`container_log.lines + ${row.lines}`,
      }),
    )
    .execute();
}
