import { sql } from "kysely";
import type { Db } from "./rows.ts";

/** A bucket of `burst` calls that fills with `perSecond`, shared by all who name its scope and operation. */
export interface Rate {
  readonly scope: string;
  readonly operation: string;
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Takes one call out of the bucket and answers in how many milliseconds it is this call's turn, in the order of
 * asking: the bucket may owe. Undefined, and nothing taken, where that would be later than `longestMs`.
 * One statement, which waits for nobody longer than another one's commit.
 */
export async function takeCall(db: Db, rate: Rate, longestMs: number): Promise<number | undefined> {
  const { scope, operation, burst, perSecond } = rate;
  // Evaluated with the row locked: the time goes forward from one caller to the next, whoever's clock it is.
  const left = sql`least(${burst}::float8, rate_budget.tokens + ${perSecond}::float8
    * greatest(0, extract(epoch from clock_timestamp() - rate_budget.updated_at))) - 1`;
  const { rows } = await sql<{ tokens: number }>`
    insert into rate_budget (scope, operation, tokens, updated_at)
    values (${scope}, ${operation}, ${burst - 1}, clock_timestamp())
    on conflict (scope, operation) do update set tokens = ${left}, updated_at = clock_timestamp()
    where ${left} >= ${(-longestMs / 1000) * perSecond}::float8
    returning tokens`.execute(db);
  const [taken] = rows;
  return taken && Math.max(0, Math.ceil((-taken.tokens / perSecond) * 1000));
}
