import { refusal } from "./input.ts";

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/**
 * A time as it is compared: in UTC with nine digits of a second, so that the order of such texts is that of the times.
 * Throws `INVALID_ARGUMENT`.
 */
export function parsePreciseTime(path: string, text: string): string {
  const [, seconds = "", digits = "", zone = ""] = RFC_3339.exec(text) ?? [];
  const at = Date.parse(`${seconds}${zone}`);
  // A year that does not fit four digits is written with six and a sign.
  const utc = Number.isNaN(at) ? "" : new Date(at).toISOString();
  if (utc.length !== 24)
    throw refusal(path, text, "a time of RFC 3339, like 2026-01-31T12:00:00.123456789Z");
  return `${utc.slice(0, 19)}.${digits.padEnd(9, "0")}Z`;
}
