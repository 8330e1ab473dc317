import { sql } from "kysely";
import type { Db } from "./rows.ts";

export interface Definition {
  readonly revision: number | null;
  /** True while somebody has leave to register it. */
  readonly claimed: boolean;
  /** Milliseconds until the holder of that leave may call, where it has to wait for its turn. */
  readonly turnInMs: number;
  /** True where it is recorded and its use was not noted lately. */
  readonly unnoted: boolean;
}

/** How long after its turn a holder may take to register; whoever is silent for longer is replaced. */
const CLAIM_SECONDS = 60;

export async function findDefinition(db: Db, hash: string): Promise<Definition | undefined> {
  const { rows } = await sql<Definition>`
    select revision, coalesce(claim_expires_at > now(), false) as claimed,
      greatest(0, extract(epoch from claim_expires_at - now()) - ${CLAIM_SECONDS})::float8 * 1000 as turn_in_ms,
      revision is not null and last_used_at < now() - interval '1 hour' as unnoted
    from task_definition where hash = ${hash}`.execute(db);
  return rows[0];
}

/** Notes that it is in use. */
export async function touchDefinition(db: Db, hash: string): Promise<void> {
  await db
    .updateTable("taskDefinition")
    .set({ lastUsedAt: sql<Date>`now()` })
    .where("hash", "=", hash)
    .execute();
}

/** Takes the leave to register; false where there is a revision or somebody else has the leave. */
export async function claimDefinition(tx: Db, hash: string, agent: string): Promise<boolean> {
  const { rows } = await sql`
    insert into task_definition (hash, claimed_by, claim_expires_at)
    values (${hash}, ${agent}, ${claimEnd(0)})
    on conflict (hash) do update set claimed_by = excluded.claimed_by, claim_expires_at = excluded.claim_expires_at
    where task_definition.revision is null and coalesce(task_definition.claim_expires_at < clock_timestamp(), true)
    returning hash`.execute(tx);
  return rows.length > 0;
}

/** Lets the leave last from the holder's turn on. */
export async function extendClaim(tx: Db, hash: string, waitMs: number): Promise<void> {
  await tx
    .updateTable("taskDefinition")
    .set({ claimExpiresAt: claimEnd(waitMs) })
    .where("hash", "=", hash)
    .execute();
}

export async function saveDefinition(db: Db, hash: string, revision: number): Promise<void> {
  const registered = {
    revision,
    claimedBy: null,
    claimExpiresAt: null,
    registeredAt: sql<Date>`now()`,
    lastUsedAt: sql<Date>`now()`,
  };
  await db
    .insertInto("taskDefinition")
    .values({ hash, ...registered })
    .onConflict((conflict) => conflict.column("hash").doUpdateSet(registered))
    .execute();
}

/** Forgets this revision, if it is still the recorded one. */
export async function deleteDefinition(db: Db, hash: string, revision: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("taskDefinition")
    .where("hash", "=", hash)
    .where("revision", "=", revision)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Gives the agent's leave to register back. */
export async function dropClaim(db: Db, hash: string, agent: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("taskDefinition")
    .where("hash", "=", hash)
    .where("claimedBy", "=", agent)
    .where("revision", "is", null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

function claimEnd(waitMs: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS + waitMs / 1000}::float8)`;
}
