import { sql } from "kysely";
import type { Db, LogRow } from "./rows.ts";

export interface NewLog {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly taskSlug: string | null;
  readonly mapIndex: number | null;
  /** Where the run's process did not report it. */
  readonly container?: string;
}

/** One statement for the whole batch, in its order. */
export async function insertLogs(
  tx: Db,
  run: { readonly flowRunId: string; readonly attempt: number },
  logs: readonly NewLog[],
): Promise<void> {
  if (logs.length === 0) return;
  await sql`
    insert into log (flow_run_id, attempt, timestamp, level, message, task_slug, map_index, container)
    select ${run.flowRunId}::uuid, ${run.attempt}::int, t.timestamp, t.level, t.message, t.task_slug, t.map_index,
      t.container
    from unnest(
      ${logs.map((log) => log.timestamp)}::timestamptz[], ${logs.map((log) => log.level)}::text[],
      ${logs.map((log) => log.message)}::text[], ${logs.map((log) => log.taskSlug)}::text[],
      ${logs.map((log) => log.mapIndex)}::int[],
      ${logs.map((log) => log.container ?? null)}::text[]
    ) with ordinality as t (timestamp, level, message, task_slug, map_index, container, place)
    order by t.place`.execute(tx);
}

/** Oldest first, after the cursor. */
export async function logsOf(
  db: Db,
  flowRunId: string,
  page: { readonly after: string | undefined; readonly first: number },
): Promise<LogRow[]> {
  let query = db.selectFrom("log").selectAll().where("flowRunId", "=", flowRunId);
  if (page.after) query = query.where("id", ">", page.after);
  return query.orderBy("id").limit(page.first).execute();
}
