import type { ContainerLine, LogRecord, State, TaskRunKey } from "@slipway/core";

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
/** What the server keeps of a state's. */
const LONGEST_STATE_MESSAGE = 16 * 1024;

export function logEvent({ timestamp, level, message, task }: LogRecord): RunEvent {
  return { log: { timestamp, level, message: cut(message, LONGEST_MESSAGE), ...task } };
}

/** What the server keeps of a container's line. */
const LONGEST_LINE = 16 * 1024;

export function containerLine({ timestamp, message }: ContainerLine): ContainerLine {
  return { timestamp, message: cut(message, LONGEST_LINE) };
}

/** A state as it is sent: an author's error may say more than a request holds, and its run would never be recorded. */
export function stateOf(state: State): State {
  const { message } = state;
  if (message === undefined || message.length <= LONGEST_STATE_MESSAGE) return state;
  return { ...state, message: cut(message, LONGEST_STATE_MESSAGE) };
}

function cut(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, longest)}… (cut: ${text.length} characters)`;
}
