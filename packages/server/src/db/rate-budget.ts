import { type RawBuilder, sql } from "kysely";
import type { Db } from "./rows.ts";

/** A bucket of `burst` calls that fills with `perSecond`, shared by all who name its scope and operation. */
export interface Rate {
  readonly scope: string;
  readonly operation: string;
  readonly burst: number;
  readonly perSecond: number;
}

/** Of a call that was taken: how many are left, below zero where it has to wait for its turn. */
interface TakenCall {
  readonly tokens: number;
}

/**
 * Takes one call out of the bucket and answers in how many milliseconds it is this call's turn, in the order of
 * asking: the bucket may owe. Undefined, and nothing taken, where that would be later than `longestMs`.
 */
export async function takeCall(db: Db, rate: Rate, longestMs: number): Promise<number | undefined> {
  const { rows } = await takingCall(rate, longestMs, sql``).execute(db);
  return rows[0] && turnOf(rows[0].tokens, rate);
}

/**
 * The statement that takes a call, once for each row of `from`. It stands by itself or as the last part of another
 * one: others wait for the bucket's row until it is committed.
 */
export function takingCall(rate: Rate, longestMs: number, from: RawBuilder<unknown>) {
  const { scope, operation, burst, perSecond } = rate;
  // Evaluated with the row locked: the time goes forward from one caller to the next, by the database's clock alone.
  const left = sql`least(${burst}::float8, rate_budget.tokens + ${perSecond}::float8
    * greatest(0, extract(epoch from clock_timestamp() - rate_budget.updated_at))) - 1`;
  return sql<TakenCall>`
    insert into rate_budget (scope, operation, tokens, updated_at)
    select ${scope}::text, ${operation}::text, ${burst - 1}::float8, clock_timestamp() ${from}
    on conflict (scope, operation) do update set tokens = ${left}, updated_at = clock_timestamp()
    where ${left} >= ${(-longestMs / 1000) * perSecond}::float8
    returning tokens`;
}

/** In how many milliseconds a taken call may be made. */
export function turnOf(tokens: number, { perSecond }: Rate): number {
  return Math.max(0, Math.ceil((-tokens / perSecond) * 1000));
}
