import { refusal } from "../services/input.ts";

/** How many rows a list may answer at once. */
export function parsePage(first: number | null | undefined, most: number): number {
  const count = first ?? most;
  if (count >= 1 && count <= most) return count;
  throw refusal("first", first, `1 to ${most}`);
}

/** The id of the last log record that the reader has. */
export function parseCursor(after: string | null | undefined): string | undefined {
  if (after === null || after === undefined) return undefined;
  if (/^\d{1,18}$/.test(after)) return after;
  throw refusal("after", after, "the id of a log record");
}
