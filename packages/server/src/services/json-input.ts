import { isPlainObject } from "@slipway/core";
import { refusal } from "./input.ts";

const LONGEST_JSON = 64 * 1024;

/** An object that came as JSON and is short enough to be kept. Throws `INVALID_ARGUMENT`. */
export function checkObject(
  path: string,
  value: unknown,
  accepted: string,
): Record<string, unknown> {
  if (!isPlainObject(value)) throw refusal(path, value, accepted);
  if (JSON.stringify(value).length <= LONGEST_JSON) return value;
  throw refusal(path, "a longer one", `at most ${LONGEST_JSON} characters as JSON`);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export const TIME_ACCEPTED = "a time in ISO 8601 and UTC, like 2026-01-31T12:00:00.000Z";

export function isTime(value: unknown): value is string {
  return typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value));
}
