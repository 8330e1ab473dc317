import { type Rate, takeCall } from "../db/rate-budget.ts";
import type { Db } from "../db/rows.ts";
import { checkName, refusal } from "./input.ts";

/** A queue that is longer than this is a mistake, or tells that the fleet asks for more than the platform will ever give. */
export const LONGEST_QUEUE_MS = 10 * 60_000;
const HIGHEST_RATE = 100_000;

/** Throws `INVALID_ARGUMENT`. */
export function parseRate(path: string, { scope, operation, burst, perSecond }: Rate): Rate {
  checkName(`${path}.scope`, scope);
  checkName(`${path}.operation`, operation);
  if (burst < 1 || burst > HIGHEST_RATE)
    throw refusal(`${path}.burst`, burst, `1 to ${HIGHEST_RATE}`);
  if (!(perSecond > 0 && perSecond <= HIGHEST_RATE))
    throw refusal(`${path}.perSecond`, perSecond, `more than 0, at most ${HIGHEST_RATE}`);
  return { scope, operation, burst, perSecond };
}

/** Reserves one call and answers how long to wait for its turn; undefined, with nothing reserved, where the queue is too long. */
export async function reserveCall(tx: Db, rate: Rate): Promise<number | undefined> {
  return takeCall(tx, rate, LONGEST_QUEUE_MS);
}
