import { setTimeout as sleep } from "node:timers/promises";

const FIRST_MS = 200;
const LONGEST_MS = 15_000;

export interface RetryOptions {
  /** Ends the trying: the last failure is thrown then. */
  readonly signal: AbortSignal;
  /** Tells whether to try again after this failure, the `count`th in a row. */
  readonly again: (error: unknown, count: number) => boolean;
}

/** Tries until it works, with growing pauses. */
export async function retry<T>(
  work: () => Promise<T>,
  { signal, again }: RetryOptions,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !again(error, count)) throw error;
      await pause(backOffMs(count), signal);
      if (signal.aborted) throw error;
    }
  }
}

/** Doubling, with half of it left to chance so that agents spread out. */
export function backOffMs(count: number, chance = Math.random()): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(count - 1, 16));
  return full / 2 + (full / 2) * chance;
}

/** Waits; ends early, without an error, when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
