import type { State, StateType, TaskRunKey } from "@slipway/core";
import { sql } from "kysely";
import type { Db, TaskRunRow, TaskRunStateRow } from "./rows.ts";

/** The task runs of a new flow run, all in the same first state. */
export async function insertTaskRuns(
  tx: Db,
  flowRunId: string,
  slugs: readonly string[],
  state: State,
): Promise<void> {
  const text = JSON.stringify(state);
  await sql`
    with made as (
      insert into task_run (flow_run_id, task_slug, map_index, state, state_type, state_version)
      select ${flowRunId}::uuid, slug, -1, ${text}::json, ${state.type}, 1 from unnest(${slugs}::text[]) as t (slug)
      returning *
    )
    insert into task_run_state (flow_run_id, task_slug, map_index, version, attempt, state)
    select flow_run_id, task_slug, map_index, 1, 0, state from made`.execute(tx);
}

/** Those of the keys that exist. */
export async function findTaskRuns(
  tx: Db,
  flowRunId: string,
  keys: readonly TaskRunKey[],
): Promise<TaskRunRow[]> {
  const { rows } = await sql<TaskRunRow>`
    select task_run.* from task_run
    join unnest(${keys.map((key) => key.taskSlug)}::text[], ${keys.map((key) => key.mapIndex)}::int[])
      as t (task_slug, map_index) using (task_slug, map_index)
    where flow_run_id = ${flowRunId}`.execute(tx);
  return rows;
}

export interface TaskRunChange extends TaskRunKey {
  readonly state: string;
  readonly stateType: StateType;
  readonly stateVersion: number;
  readonly startTime: string | null;
  readonly endTime: string | null;
}

/** One statement for the whole batch; makes the task runs of mapped children that are new. */
export async function upsertTaskRuns(
  tx: Db,
  flowRunId: string,
  changes: readonly TaskRunChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await sql`
    insert into task_run
      (flow_run_id, task_slug, map_index, state, state_type, state_version, start_time, end_time)
    select ${flowRunId}::uuid, t.* from unnest(
      ${changes.map((change) => change.taskSlug)}::text[], ${changes.map((change) => change.mapIndex)}::int[],
      ${changes.map((change) => change.state)}::json[], ${changes.map((change) => change.stateType)}::text[],
      ${changes.map((change) => change.stateVersion)}::int[],
      ${changes.map((change) => change.startTime)}::timestamptz[],
      ${changes.map((change) => change.endTime)}::timestamptz[]
    ) as t
    on conflict (flow_run_id, task_slug, map_index) do update set
      state = excluded.state, state_type = excluded.state_type, state_version = excluded.state_version,
      start_time = excluded.start_time, end_time = excluded.end_time`.execute(tx);
}

export interface NewTaskRunState extends TaskRunKey {
  readonly version: number;
  readonly state: string;
}

export async function insertTaskRunStates(
  tx: Db,
  run: { readonly flowRunId: string; readonly attempt: number },
  states: readonly NewTaskRunState[],
): Promise<void> {
  if (states.length === 0) return;
  await sql`
    insert into task_run_state (flow_run_id, attempt, task_slug, map_index, version, state)
    select ${run.flowRunId}::uuid, ${run.attempt}::int, t.* from unnest(
      ${states.map((state) => state.taskSlug)}::text[], ${states.map((state) => state.mapIndex)}::int[],
      ${states.map((state) => state.version)}::int[], ${states.map((state) => state.state)}::json[]
    ) as t`.execute(tx);
}

/** Puts every task run of the types `from` into one last state. */
export async function endTaskRuns(
  tx: Db,
  run: { readonly flowRunId: string; readonly attempt: number },
  from: readonly StateType[],
  state: State,
): Promise<void> {
  const text = JSON.stringify(state);
  await sql`
    with ended as (
      update task_run set state = ${text}::json, state_type = ${state.type},
        state_version = state_version + 1, end_time = ${state.timestamp}
      where flow_run_id = ${run.flowRunId} and state_type = any(${from}::text[])
      returning *
    )
    insert into task_run_state (flow_run_id, task_slug, map_index, version, attempt, state)
    select flow_run_id, task_slug, map_index, state_version, ${run.attempt}::int, state from ended`.execute(
    tx,
  );
}

/** Forgets mapped children, and puts every other task run that is not so already into `state`. */
export async function resetTaskRuns(
  tx: Db,
  run: { readonly flowRunId: string; readonly attempt: number },
  state: State,
): Promise<void> {
  await sql`delete from task_run_state where flow_run_id = ${run.flowRunId} and map_index >= 0`.execute(
    tx,
  );
  await sql`delete from task_run where flow_run_id = ${run.flowRunId} and map_index >= 0`.execute(
    tx,
  );
  const text = JSON.stringify(state);
  await sql`
    with again as (
      update task_run set state = ${text}::json, state_type = ${state.type},
        state_version = state_version + 1, start_time = null, end_time = null
      where flow_run_id = ${run.flowRunId} and state_type <> ${state.type}
      returning *
    )
    insert into task_run_state (flow_run_id, task_slug, map_index, version, attempt, state)
    select flow_run_id, task_slug, map_index, state_version, ${run.attempt}::int, state from again`.execute(
    tx,
  );
}

export async function taskRunsOf(db: Db, flowRunIds: readonly string[]): Promise<TaskRunRow[]> {
  return db
    .selectFrom("taskRun")
    .selectAll()
    .where("flowRunId", "in", flowRunIds)
    .orderBy("taskSlug")
    .orderBy("mapIndex")
    .execute();
}

export async function statesOfTaskRuns(
  db: Db,
  flowRunIds: readonly string[],
): Promise<TaskRunStateRow[]> {
  return db
    .selectFrom("taskRunState")
    .selectAll()
    .where("flowRunId", "in", flowRunIds)
    .orderBy("version")
    .execute();
}
