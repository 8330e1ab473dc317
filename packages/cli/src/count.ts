import { invalidArgument } from "./invalid-argument.ts";

/** Reads a count above zero. Throws `INVALID_ARGUMENT`, naming the flag. */
export function parseCount(given: string, flag: string): number {
  const count = Number(given);
  if (Number.isInteger(count) && count > 0) return count;
  throw invalidArgument(`${flag} ${given} is no count`, {
    path: flag,
    given,
    accepted: "a whole number from 1",
  });
}
