import { sql } from "kysely";
import type { AttemptRow, Db } from "./rows.ts";

export interface NewSuccessor {
  readonly id: string;
  readonly infrastructure: string;
  readonly leaseSeconds: number;
}

/** Opens the attempt that goes on with the launch of `predecessor`: the same agent looks after it, as far as its lines are kept. */
export async function insertSuccessor(
  tx: Db,
  predecessor: AttemptRow,
  { id, infrastructure, leaseSeconds }: NewSuccessor,
): Promise<void> {
  await sql`
    insert into attempt (
      id, flow_run_id, number, agent_name, lease_expires_at, infrastructure, begun_variant, launch_begun_at, launched_by
    )
    select ${id}::uuid, flow_run_id, number + 1, agent_name,
      now() + make_interval(secs => ${leaseSeconds}::float8),
      ${infrastructure}::json, begun_variant, launch_begun_at, coalesce(launched_by, attempt.id)
    from attempt where attempt.id = ${predecessor.id}`.execute(tx);
  await sql`
    insert into container_log (attempt_id, container, cursor, lines)
    select ${id}::uuid, container, cursor, 0 from container_log
    where attempt_id = ${predecessor.id}`.execute(tx);
}

/** The newest attempt of the run, where it goes on with what was launched for `launchedBy`. */
export async function findNewestLaunchedBy(
  db: Db,
  run: { readonly id: string; readonly attempt: number },
  launchedBy: string,
): Promise<AttemptRow | undefined> {
  return db
    .selectFrom("attempt")
    .selectAll()
    .where("flowRunId", "=", run.id)
    .where("number", "=", run.attempt)
    .where("launchedBy", "=", launchedBy)
    .executeTakeFirst();
}

export interface SuccessorRow extends AttemptRow {
  readonly predecessorId: string;
}

/** The attempts that go on with the launches of these. */
export async function successorsOf(db: Db, attemptIds: readonly string[]): Promise<SuccessorRow[]> {
  return db
    .selectFrom("attempt as before")
    .innerJoin("attempt as next", (join) =>
      join
        .onRef("next.flowRunId", "=", "before.flowRunId")
        .on(sql<boolean>`next.number = before.number + 1`)
        .on("next.launchedBy", "is not", null),
    )
    .where("before.id", "in", attemptIds)
    .selectAll("next")
    .select("before.id as predecessorId")
    .execute();
}
