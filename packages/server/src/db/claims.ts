import { sql } from "kysely";
import type { AttemptRow, Db, FlowRunRow } from "./rows.ts";

/**
 * An agent takes a run if it has all of the run's labels; a run without labels goes only to agents
 * without labels. `labels` names the column of the run, `having` holds the agent's.
 */
function labelsFit(having: readonly string[]) {
  return sql<boolean>`flow_run.labels <@ ${having}::text[]
    and (cardinality(flow_run.labels) > 0 or cardinality(${having}::text[]) = 0)`;
}

/**
 * Locks the runs that have been due for longest and fit, at most `limit`; passes over those that
 * another agent is claiming at this moment. Labels are checked before the limit counts, so that
 * runs for nobody's labels do not starve the rest.
 */
export async function lockDueRuns(
  tx: Db,
  labels: readonly string[],
  limit: number,
): Promise<FlowRunRow[]> {
  return tx
    .selectFrom("flowRun")
    .selectAll()
    .where("stateType", "=", "Scheduled")
    .where("scheduledStartTime", "<=", sql<Date>`now()`)
    .where(labelsFit(labels))
    .orderBy("scheduledStartTime")
    .orderBy("id")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

export interface NewClaim {
  readonly attemptId: string;
  readonly flowRunId: string;
  readonly number: number;
  readonly stateVersion: number;
}

/** Makes the attempts of newly claimed runs and puts the runs into `state`. */
export async function insertClaims(
  tx: Db,
  claims: readonly NewClaim[],
  agent: { readonly name: string; readonly leaseSeconds: number; readonly state: string },
): Promise<AttemptRow[]> {
  const attemptIds = claims.map((claim) => claim.attemptId);
  const runIds = claims.map((claim) => claim.flowRunId);
  const numbers = claims.map((claim) => claim.number);
  const versions = claims.map((claim) => claim.stateVersion);
  await sql`
    with claim as (
      select * from unnest(${runIds}::uuid[], ${numbers}::int[], ${versions}::int[]) as t (id, number, version)
    ), history as (
      insert into flow_run_state (flow_run_id, version, attempt, state)
      select id, version, number, ${agent.state}::json from claim
    )
    update flow_run set state = ${agent.state}::json, state_type = 'Submitted',
      state_version = claim.version, attempt = claim.number
    from claim where flow_run.id = claim.id`.execute(tx);
  const { rows } = await sql<AttemptRow>`
    insert into attempt (id, flow_run_id, number, agent_name, lease_expires_at)
    select id, run_id, number, ${agent.name}, ${leaseEnd(agent.leaseSeconds)}
    from unnest(${attemptIds}::uuid[], ${runIds}::uuid[], ${numbers}::int[]) as t (id, run_id, number)
    returning *`.execute(tx);
  return rows;
}

export interface Adopting {
  readonly agent: string;
  readonly labels: readonly string[];
  /** Attempts that the agent looks after already. */
  readonly known: readonly string[];
  readonly leaseSeconds: number;
}

/**
 * Open newest attempts: the agent's own, and those that fit it and whose agent has not renewed its lease or gave them
 * back. Of those that it knows only the ones whose run is to end, since an agent may hold a thousand. What is its own
 * by name alone and does not fit it, another agent of that name may look after, perhaps in another account: that it
 * gets only when nobody has renewed the lease.
 */
export async function adoptAttempts(
  tx: Db,
  { agent, labels, known, leaseSeconds }: Adopting,
): Promise<AttemptRow[]> {
  // In the order of ids, so that two agents never wait for each other in a circle.
  const { rows } = await sql<AttemptRow>`
    update attempt set agent_name = ${agent}, lease_expires_at = ${leaseEnd(leaseSeconds)}, released_at = null
    where id in (
      select attempt.id from attempt
      join flow_run on flow_run.id = attempt.flow_run_id and flow_run.attempt = attempt.number
      where attempt.ended_at is null and (
        (
          attempt.agent_name = ${agent} and attempt.released_at is null and (
            (attempt.id = any(${known}::uuid[]) and flow_run.state_type = 'Cancelling')
            or (
              attempt.id <> all(${known}::uuid[])
              and (${labelsFit(labels)} or attempt.lease_expires_at < now())
            )
          )
        )
        or (attempt.lease_expires_at < now() and ${labelsFit(labels)})
      )
      order by attempt.id
      for update of attempt
    )
    returning *`.execute(tx);
  return rows;
}

/** The newest attempt of one run, whatever the agent's labels, if it is open and nobody else looks after it. */
export async function adoptAttemptOf(
  tx: Db,
  agent: string,
  run: FlowRunRow,
  leaseSeconds: number,
): Promise<AttemptRow[]> {
  const { rows } = await sql<AttemptRow>`
    update attempt set agent_name = ${agent}, lease_expires_at = ${leaseEnd(leaseSeconds)}, released_at = null
    where flow_run_id = ${run.id} and number = ${run.attempt} and ended_at is null
      and (agent_name = ${agent} or lease_expires_at < clock_timestamp())
    returning *`.execute(tx);
  return rows;
}

/** The ids that are still this agent's own. */
export async function renewLeases(
  tx: Db,
  agent: string,
  ids: readonly string[],
  leaseSeconds: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update attempt set lease_expires_at = ${leaseEnd(leaseSeconds)}
    where id in (
      select attempt.id from attempt
      join flow_run on flow_run.id = attempt.flow_run_id and flow_run.attempt = attempt.number
      where attempt.id = any(${ids}::uuid[]) and attempt.agent_name = ${agent}
        and attempt.ended_at is null and attempt.released_at is null
      order by attempt.id
      for update of attempt
    )
    returning id`.execute(tx);
  return rows.map(({ id }) => id);
}

export interface WorkOutlook {
  /** True where something can be claimed or adopted now. */
  readonly now: boolean;
  /** The agent's own open attempts whose runs are to end. */
  readonly cancelling: readonly string[];
  /** Milliseconds until a scheduled run is due; null where none is. */
  readonly dueInMs: number | null;
}

/** What there is to do for an agent with these labels, now and next. */
export async function lookForWork(
  db: Db,
  agent: string,
  labels: readonly string[],
): Promise<WorkOutlook> {
  const { rows } = await sql<WorkOutlook>`
    select
      exists (
        select from flow_run
        where state_type = 'Scheduled' and scheduled_start_time <= now() and ${labelsFit(labels)}
      ) or exists (
        select from attempt
        join flow_run on flow_run.id = attempt.flow_run_id and flow_run.attempt = attempt.number
        where ended_at is null and (agent_name <> ${agent} or released_at is not null) and lease_expires_at < now()
          and ${labelsFit(labels)}
      ) as now,
      array(
        select attempt.id from attempt
        join flow_run on flow_run.id = attempt.flow_run_id and flow_run.attempt = attempt.number
        where ended_at is null and agent_name = ${agent} and state_type = 'Cancelling'
      ) as cancelling,
      (
        select ceil(extract(epoch from scheduled_start_time - now()) * 1000)::float8 from flow_run
        where state_type = 'Scheduled' and scheduled_start_time > now() and ${labelsFit(labels)}
        order by scheduled_start_time limit 1
      ) as due_in_ms`.execute(db);
  return rows[0] ?? { now: false, cancelling: [], dueInMs: null };
}

function leaseEnd(seconds: number) {
  return sql`now() + make_interval(secs => ${seconds}::float8)`;
}
