import { invalidParameter } from "./log-refusals.ts";

const DEFAULT_LIMIT = 50;

/** One page of a list whose order does not change between two calls; the token tells how many came before. */
export function listPage<T>(
  list: readonly T[],
  input: { readonly nextToken?: string | undefined; readonly limit?: number | undefined },
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const { nextToken, limit = DEFAULT_LIMIT } = input;
  const start = Number(nextToken ?? 0);
  if (!Number.isInteger(start) || start < 0) {
    throw invalidParameter("The specified nextToken is invalid.");
  }
  const end = start + limit;
  const items = list.slice(start, end);
  return end < list.length ? { items, nextToken: String(end) } : { items };
}
