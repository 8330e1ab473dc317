import type { Insertable } from "kysely";
import type { Db, FlowVersionRow } from "./rows.ts";
import type { Tables } from "./tables.ts";

export async function insertFlowVersion(
  tx: Db,
  version: Insertable<Tables["flowVersion"]>,
): Promise<FlowVersionRow> {
  return tx.insertInto("flowVersion").values(version).returningAll().executeTakeFirstOrThrow();
}

export async function latestVersions(
  db: Db,
  flowIds: readonly string[],
): Promise<FlowVersionRow[]> {
  return db
    .selectFrom("flowVersion")
    .selectAll()
    .distinctOn("flowId")
    .where("flowId", "in", flowIds)
    .orderBy("flowId")
    .orderBy("version", "desc")
    .execute();
}

/** Newest first. */
export async function versionsOf(db: Db, flowIds: readonly string[]): Promise<FlowVersionRow[]> {
  return db
    .selectFrom("flowVersion")
    .selectAll()
    .where("flowId", "in", flowIds)
    .orderBy("version", "desc")
    .execute();
}

export async function flowVersionsById(db: Db, ids: readonly string[]): Promise<FlowVersionRow[]> {
  return db.selectFrom("flowVersion").selectAll().where("id", "in", ids).execute();
}
