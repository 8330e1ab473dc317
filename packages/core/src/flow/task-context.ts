/** Writes log records of one task run. */
export interface TaskLogger {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}

/** What a task function learns of the run it is part of. */
export interface TaskContext {
  readonly logger: TaskLogger;
  readonly flowRunId: string;
  readonly flowRunName: string;
  readonly taskSlug: string;
  /** The element's index in a mapped task, else -1. */
  readonly mapIndex: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  /**
   * Aborted when the run is stopped; hand it to what can be interrupted. A task that has taken it and ends after the
   * abort, by returning or throwing, counts as stopped, since its work may be half done.
   */
  readonly signal: AbortSignal;
}
