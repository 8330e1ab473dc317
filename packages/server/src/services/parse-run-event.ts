import type { LogLevel, State, TaskRunKey } from "@slipway/core";
import type { NewLog } from "../db/logs.ts";
import { cut, refusal, withoutNul } from "./input.ts";
import { parseState } from "./parse-state.ts";

/** One event as the API takes it. */
export interface RunEventInput {
  readonly flowRunState?: unknown;
  readonly taskRunState?: (TaskRunKey & { readonly state?: unknown }) | null | undefined;
  readonly log?: LogInput | null | undefined;
}

interface LogInput {
  readonly timestamp: Date;
  readonly level: string;
  readonly message: string;
  readonly taskSlug?: string | null | undefined;
  readonly mapIndex?: number | null | undefined;
}

export interface TaskRunReport {
  readonly kind: "taskRunState";
  readonly path: string;
  readonly task: TaskRunKey;
  readonly state: State;
}

export type RunEvent =
  | { readonly kind: "flowRunState"; readonly state: State }
  | TaskRunReport
  | { readonly kind: "log"; readonly log: NewLog };

/** The client's own mark on a message that it cut is not to be cut again. */
const LONGEST_LOG = 64 * 1024 + 100;

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error", "critical"];

/** Throws `INVALID_ARGUMENT`. */
export function parseRunEvent(path: string, input: RunEventInput): RunEvent {
  const { flowRunState = null, taskRunState = null, log = null } = input;
  const given = [flowRunState, taskRunState, log].filter((part) => part !== null).length;
  if (given !== 1)
    throw refusal(path, Object.keys(input), "one of flowRunState, taskRunState and log");
  if (log) return { kind: "log", log: parseLog(`${path}.log`, log) };
  if (taskRunState) return parseTaskRunState(`${path}.taskRunState`, taskRunState);
  const statePath = `${path}.flowRunState`;
  return { kind: "flowRunState", state: parseState(statePath, flowRunState) };
}

function parseTaskRunState(
  path: string,
  { taskSlug, mapIndex, state }: TaskRunKey & { readonly state?: unknown },
): TaskRunReport {
  if (mapIndex < -1) throw refusal(`${path}.mapIndex`, mapIndex, "-1 or more");
  const task = { taskSlug, mapIndex };
  return { kind: "taskRunState", path, task, state: parseState(`${path}.state`, state) };
}

function parseLog(
  path: string,
  { timestamp, level, message, taskSlug, mapIndex }: LogInput,
): NewLog {
  if (!LEVELS.some((known) => known === level)) {
    throw refusal(`${path}.level`, level, `one of ${LEVELS.join(", ")}`);
  }
  return {
    timestamp: timestamp.toISOString(),
    level,
    message: withoutNul(cut(message, LONGEST_LOG)),
    taskSlug: taskSlug ? withoutNul(taskSlug) : null,
    mapIndex: mapIndex ?? null,
  };
}
