import { setTimeout as sleep } from "node:timers/promises";

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
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(intervalMs);
  } while (performance.now() < deadline);
  throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`, { cause });
}
