import { z } from "zod";
import { FARGATE_PROVIDERS } from "../model/capacity-providers.ts";
import type { Occurrence } from "./occurrence.ts";
import { type Place, scriptError } from "./script-error.ts";

const DURATION = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Node's timers hold no more, and would be over at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** `500ms`, `2s`, `1m` or `1h`, as milliseconds. */
export const durationSchema = z
  .custom<string>(
    (given) => typeof given === "string" && millisecondsOf(given) <= LONGEST_MS,
    'must be a time such as "500ms", "2s" or "1m"',
  )
  .transform(millisecondsOf);

/** Not a number where the text is no time. */
function millisecondsOf(text: string): number {
  const { amount, unit = "" } = DURATION.exec(text)?.groups ?? {};
  return Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
}

const countSchema = z.int("must be a whole number").min(1, "must be at least 1");

/** The fields that both kinds of rule have. */
export const ruleShape = {
  family: z.string().optional(),
  capacityProvider: z.enum(FARGATE_PROVIDERS).optional(),
  times: countSchema.optional(),
  every: countSchema.optional(),
  chance: z.number().gt(0, "must be over 0").max(1, "must be at most 1").optional(),
};

interface Given {
  readonly times?: number | undefined;
  readonly every?: number | undefined;
  readonly chance?: number | undefined;
}

export function occurrenceOf(given: Given, after: number, seed: number, place: Place): Occurrence {
  const { times, every, chance } = given;
  const said = Object.entries({ times, every, chance }).filter(([, value]) => value !== undefined);
  if (said.length > 1) {
    const names = said.map(([name]) => name);
    throw scriptError(place, { given: names, must: "can have only one of times, every, chance" });
  }
  if (every !== undefined) return { after, when: { every } };
  if (chance !== undefined) return { after, when: { chance, seed } };
  return { after, when: { times: times ?? 1 } };
}
