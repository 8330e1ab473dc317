import { messageOf } from "@slipway/core";
import { stackOf } from "@slipway/engine";

/** The exit code of a process that a signal stopped: 128 and the signal's number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

const NOTHING_LEFT =
  "what still ran waits for a promise that never settles: no timer, connection or other work is left that could settle it";

export interface ProcessEvents {
  /** Somebody wants the process to end. */
  onSignal(name: keyof typeof SIGNALS, exitCode: number): void;
  /** An error that nobody caught (its stack has been printed), or nothing that could still happen. */
  onUncaught(error: Error): void;
}

/** Takes what would end the process, so that there is time to report. */
export function watchProcess({ onSignal, onUncaught }: ProcessEvents): void {
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => onSignal(name, SIGNALS[name]));
  }
  // An author may throw anything at all, in spite of the type.
  process.on("uncaughtException", (error: unknown) => {
    process.stderr.write(`${stackOf(error)}\n`);
    onUncaught(new Error(`uncaught error: ${messageOf(error)}`, { cause: error }));
  });
  // Without this the process would end here without a word, and its run never.
  process.once("beforeExit", () => onUncaught(new Error(NOTHING_LEFT)));
}
