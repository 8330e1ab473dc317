/**
 * What etcd keeps of one object unless it is told otherwise (`--max-request-bytes`), less what the API server adds to a
 * Job on its own: managed fields, defaults, status.
 */
export const MOST_BYTES = 1_400_000;

/** About the length of a value as JSON; counting ends soon after `most`, so that what repeats without end costs nothing. */
export function jsonLength(value: unknown, most: number): number {
  if (typeof value === "string") return Buffer.byteLength(value) + 2;
  if (typeof value !== "object" || value === null) return String(value).length;
  let length = 2;
  for (const [key, item] of Object.entries(value)) {
    length += (Array.isArray(value) ? 1 : key.length + 4) + jsonLength(item, most - length);
    if (length > most) break;
  }
  return length;
}
