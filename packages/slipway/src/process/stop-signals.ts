import { watchProcess } from "./process-events.ts";

export interface Stopping {
  /** Aborted by a signal, an uncaught error, or `stop`; the reason's message is the run's. */
  readonly signal: AbortSignal;
  /** Set once a signal came. */
  exitCode(): number | undefined;
  stop(reason: Error): void;
}

/** Turns what ends a process into the abort of a run that then ends with it. */
export function watchStopSignals(): Stopping {
  const controller = new AbortController();
  let exitCode: number | undefined;
  watchProcess({
    onSignal: (name, code) => {
      exitCode ??= code;
      controller.abort(new Error(`stopped by ${name}`));
    },
    onUncaught: (error) => controller.abort(error),
  });
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    stop: (reason) => controller.abort(reason),
  };
}

/** The promise's value, unless the signal comes first: then throws its reason. */
export async function orStopped<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let onAbort = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
