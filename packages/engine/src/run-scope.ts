import type { RunReporter, TaskRunKey } from "@slipway/core";

/** Runs a task's function inside something of the caller's, for example to catch what it prints. */
export type AroundTask = <T>(task: TaskRunKey, work: () => T) => T;

/** What all task runs of one flow run share. */
export interface RunScope {
  readonly flowRunId: string;
  readonly flowRunName: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly resultsDirectory: string;
  readonly reporter: RunReporter;
  readonly signal: AbortSignal;
  readonly now: () => string;
  readonly aroundTask: AroundTask;
}
