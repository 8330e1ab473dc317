import type { LogRecord, State, TaskRunKey } from "@slipway/core";

/** One thing that happened in a run, as `recordRun` takes it. */
export type RunEvent =
  | { readonly flowRunState: State }
  | { readonly taskRunState: TaskRunKey & { readonly state: State } }
  | { readonly log: LogEvent };

interface LogEvent extends Partial<TaskRunKey> {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
}

/** A longer message is cut: no single record may fill a request. */
const LONGEST_MESSAGE = 64 * 1024;

export function logEvent({ timestamp, level, message, task }: LogRecord): RunEvent {
  const cut = message.length > LONGEST_MESSAGE;
  const text = cut
    ? `${message.slice(0, LONGEST_MESSAGE)}… (cut: ${message.length} characters)`
    : message;
  return { log: { timestamp, level, message: text, ...task } };
}
