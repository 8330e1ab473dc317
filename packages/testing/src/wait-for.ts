import { setTimeout as sleep } from "node:timers/promises";

/** What is left of a type when it is known to be true in a condition. */
export type Truthy<T> = T extends false | 0 | "" | null | undefined ? never : T;

export interface WaitForOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  /** What is waited for, in the message of the error when it does not come. */
  readonly what?: string;
}

/** Looks again and again until `condition` gives something true, and returns that. Throws when time is up, with the last error as cause. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 50, what = condition.toString() }: WaitForOptions = {},
): Promise<Truthy<T>> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const value: T = await condition();
      if (isTruthy(value)) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(intervalMs);
  } while (performance.now() < deadline);
  throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`, { cause });
}

function isTruthy<T>(value: T): value is T & Truthy<T> {
  return Boolean(value);
}
