import type { StateType } from "@slipway/core";
import { type Insertable, sql, type Updateable } from "kysely";
import type { Db, FlowRunRow, FlowRunStateRow } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Undefined where a run with the same idempotency key is there already. */
export async function insertFlowRun(
  tx: Db,
  run: Insertable<Tables["flowRun"]>,
): Promise<FlowRunRow | undefined> {
  return tx
    .insertInto("flowRun")
    .values(run)
    .onConflict((conflict) => conflict.columns(["flowId", "idempotencyKey"]).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function findByIdempotencyKey(
  db: Db,
  flowId: string,
  key: string,
): Promise<FlowRunRow> {
  return db
    .selectFrom("flowRun")
    .selectAll()
    .where("flowId", "=", flowId)
    .where("idempotencyKey", "=", key)
    .executeTakeFirstOrThrow();
}

/** Every change of a run, of its attempts and of its task runs holds this lock. */
export async function lockFlowRun(tx: Db, id: string): Promise<FlowRunRow> {
  return tx
    .selectFrom("flowRun")
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** As {@link lockFlowRun}, of an attempt. */
export async function lockRunOfAttempt(tx: Db, attemptId: string): Promise<FlowRunRow | undefined> {
  const run = tx.selectFrom("attempt").select("flowRunId").where("id", "=", attemptId);
  return tx.selectFrom("flowRun").selectAll().where("id", "=", run).forUpdate().executeTakeFirst();
}

export async function findFlowRun(db: Db, id: string): Promise<FlowRunRow | undefined> {
  return db.selectFrom("flowRun").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function flowRunsById(db: Db, ids: readonly string[]): Promise<FlowRunRow[]> {
  return db.selectFrom("flowRun").selectAll().where("id", "in", ids).execute();
}

export interface FlowRunFilter {
  readonly projectId?: string | undefined;
  readonly flow?: string | undefined;
  readonly stateTypes?: readonly StateType[] | undefined;
  readonly first: number;
}

/** Newest first. */
export async function listFlowRuns(db: Db, filter: FlowRunFilter): Promise<FlowRunRow[]> {
  const { projectId, flow, stateTypes, first } = filter;
  let query = db.selectFrom("flowRun").selectAll("flowRun");
  if (projectId ?? flow) {
    let flows = db.selectFrom("flow").select("flow.id");
    if (projectId) flows = flows.where("flow.projectId", "=", projectId);
    if (flow) flows = flows.where("flow.name", "=", flow);
    query = query.where("flowId", "in", flows);
  }
  if (stateTypes) query = query.where("stateType", "=", sql<StateType>`any(${stateTypes})`);
  return query.orderBy("createdAt", "desc").orderBy("id", "desc").limit(first).execute();
}

export async function updateFlowRun(
  tx: Db,
  id: string,
  change: Updateable<Tables["flowRun"]>,
): Promise<void> {
  await tx.updateTable("flowRun").set(change).where("id", "=", id).execute();
}

export async function insertFlowRunStates(
  tx: Db,
  states: readonly Insertable<Tables["flowRunState"]>[],
): Promise<void> {
  if (states.length > 0) await tx.insertInto("flowRunState").values(states).execute();
}

export async function statesOfFlowRuns(db: Db, ids: readonly string[]): Promise<FlowRunStateRow[]> {
  return db
    .selectFrom("flowRunState")
    .selectAll()
    .where("flowRunId", "in", ids)
    .orderBy("version")
    .execute();
}
