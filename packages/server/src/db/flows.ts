import type { Db, FlowRow } from "./rows.ts";

/** Answers the flow with its row locked, so that its versions are numbered one after the other. */
export async function lockFlow(
  tx: Db,
  flow: { id: string; projectId: string; name: string },
): Promise<FlowRow> {
  await tx
    .insertInto("flow")
    .values(flow)
    .onConflict((conflict) => conflict.columns(["projectId", "name"]).doNothing())
    .execute();
  return tx
    .selectFrom("flow")
    .selectAll()
    .where("projectId", "=", flow.projectId)
    .where("name", "=", flow.name)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export async function findFlow(
  db: Db,
  projectId: string,
  name: string,
): Promise<FlowRow | undefined> {
  return db
    .selectFrom("flow")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("name", "=", name)
    .executeTakeFirst();
}

/** The flows of these projects, or of all, by name. */
export async function listFlows(db: Db, projectIds?: readonly string[]): Promise<FlowRow[]> {
  let query = db.selectFrom("flow").selectAll().orderBy("name").orderBy("id");
  if (projectIds) query = query.where("projectId", "in", projectIds);
  return query.execute();
}

export async function flowsById(db: Db, ids: readonly string[]): Promise<FlowRow[]> {
  return db.selectFrom("flow").selectAll().where("id", "in", ids).execute();
}
