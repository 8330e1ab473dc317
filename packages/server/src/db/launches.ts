import { sql } from "kysely";
import { type Rate, takingCall, turnOf } from "./rate-budget.ts";
import type { Db } from "./rows.ts";

export interface Intent {
  readonly attemptId: string;
  readonly agent: string;
  readonly variant: number;
  readonly rate: Rate;
}

/** In how many milliseconds the call may be made; undefined where the queue for it is too long. */
export interface Begun {
  readonly waitMs: number | undefined;
}

/**
 * Writes down in which way an attempt is about to be launched, and takes one call of the rate. Undefined where the
 * attempt is not this agent's open one of a run that is wanted. All in one statement, since it lies on the way from
 * a claim to its launch; it takes the run's row before the attempt's, and both before the bucket's.
 */
export async function beginLaunch(
  db: Db,
  { attemptId, agent, variant, rate }: Intent,
  longestMs: number,
): Promise<Begun | undefined> {
  const { rows } = await sql<{ begun: boolean; tokens: number | null }>`
    with run as (
      select id, attempt from flow_run
      where id = (select flow_run_id from attempt where id = ${attemptId})
        and state_type not in ('Cancelling', 'Cancelled')
      for update
    ), begun as (
      update attempt set begun_variant = ${variant}, launch_begun_at = coalesce(launch_begun_at, now())
      from run
      where attempt.id = ${attemptId} and attempt.number = run.attempt and agent_name = ${agent}
        and ended_at is null and released_at is null
      returning attempt.id
    ), taken as (${takingCall(rate, longestMs, sql`from begun`)})
    select exists (select from begun) as begun, (select tokens from taken) as tokens`.execute(db);
  const [row] = rows;
  if (!row?.begun) return undefined;
  return { waitMs: row.tokens === null ? undefined : turnOf(row.tokens, rate) };
}
