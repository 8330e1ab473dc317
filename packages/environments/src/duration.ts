/** Milliseconds of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** How a duration is written, for messages. */
export const DURATION_NOTATION = 'a text like "500ms", "10s", "30m", "2h" or "1d"';

/** Reads a duration such as "30m" as milliseconds; undefined where it is none. */
export function parseDuration(given: unknown): number | undefined {
  const [, amount = "", unit = ""] =
    typeof given === "string" ? (/^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(given.trim()) ?? []) : [];
  const perUnit = UNITS[unit];
  return perUnit === undefined ? undefined : Math.round(Number(amount) * perUnit);
}
