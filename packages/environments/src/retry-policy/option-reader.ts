import { type Json, type JsonObject, nearest, type SlipwayError } from "@slipway/core";
import { DURATION_NOTATION, parseDuration } from "../duration.ts";
import type { InvalidArgument } from "../environment-invalid.ts";
import { isObject } from "../plain-read.ts";

/** Makes an environment's `ENVIRONMENT_INVALID`. */
export type Refuse = (argument: Omit<InvalidArgument, "type">) => SlipwayError;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** More is a slip, or a loop without end. */
export const MOST_RETRIES = 1000;
/** The longest pause between two attempts. */
export const LONGEST_DELAY = DAY;

/** Reads a policy's options; each of its functions throws what `refuse` makes. */
export interface OptionReader {
  readonly refuse: Refuse;
  object(given: Json | undefined, path: string): JsonObject;
  known(given: JsonObject, path: string, accepted: readonly string[]): void;
  /** Milliseconds; undefined where nothing is given. */
  duration(given: Json | undefined, path: string, most: number): number | undefined;
  retries(given: Json | undefined, path: string, least: number): number;
}

export function createOptionReader(refuse: Refuse): OptionReader {
  return {
    refuse,
    object(given, path) {
      if (given === undefined) return {};
      if (isObject(given)) return given;
      throw refuse({ path, problem: "must be an object", given, accepted: "an object" });
    },
    known(given, path, accepted) {
      const unknown = Object.keys(given).find((name) => !accepted.includes(name));
      if (unknown === undefined) return;
      const near = nearest(unknown, accepted);
      throw refuse({
        path: `${path}.${unknown}`,
        problem: near
          ? `is not known; did you mean \`${near}\`?`
          : `is not known; there is ${accepted.join(", ")}`,
        given: unknown,
        accepted: near ?? accepted,
      });
    },
    duration(given, path, most) {
      if (given === undefined) return undefined;
      const parsed = parseDuration(given);
      if (parsed !== undefined && parsed <= most) return parsed;
      throw refuse({
        path,
        problem: `is ${JSON.stringify(given)}; give ${DURATION_NOTATION}, at most ${most / MINUTE} minutes`,
        given,
        accepted: DURATION_NOTATION,
      });
    },
    retries(given, path, least) {
      const count = Number(given);
      const whole = typeof given === "number" && Number.isInteger(given);
      if (whole && count >= least && count <= MOST_RETRIES) return count;
      throw refuse({
        path,
        problem: `is ${JSON.stringify(given)}; give a whole number, ${least}${least === 0 ? " (none)" : ""} to ${MOST_RETRIES}`,
        given: given ?? "undefined",
        accepted: `${least} to ${MOST_RETRIES}`,
      });
    },
  };
}
