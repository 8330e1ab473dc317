import { messageOf } from "@slipway/core";
import { stackOf } from "@slipway/engine";

/** The exit code of a process that a signal stopped: 128 and the signal's number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Stopping {
  /** Aborted by a signal, an uncaught error, or `stop`; the reason's message is the run's. */
  readonly signal: AbortSignal;
  /** Set once a signal came. */
  exitCode(): number | undefined;
  stop(reason: Error): void;
}

/** Turns what ends a process into the abort of a run, so that there is time to report. */
export function watchStopSignals(): Stopping {
  const controller = new AbortController();
  let exitCode: number | undefined;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      exitCode ??= SIGNALS[name];
      controller.abort(new Error(`stopped by ${name}`));
    });
  }
  // An author may throw anything at all, in spite of the type.
  process.on("uncaughtException", (error: unknown) => {
    process.stderr.write(`${stackOf(error)}\n`);
    controller.abort(new Error(`uncaught error: ${messageOf(error)}`, { cause: error }));
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
