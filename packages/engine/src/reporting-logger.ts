import type { LogLevel, RunReporter, TaskLogger, TaskRunKey } from "@slipway/core";

/** Reports what a task logs. */
export class ReportingLogger implements TaskLogger {
  readonly #reporter: RunReporter;
  readonly #task: TaskRunKey;
  readonly #now: () => string;

  constructor(reporter: RunReporter, task: TaskRunKey, now: () => string) {
    this.#reporter = reporter;
    this.#task = task;
    this.#now = now;
  }

  debug(message: string): void {
    this.#log("debug", message);
  }

  info(message: string): void {
    this.#log("info", message);
  }

  warning(message: string): void {
    this.#log("warning", message);
  }

  error(message: string): void {
    this.#log("error", message);
  }

  #log(level: LogLevel, message: string): void {
    // Authors log what is no text, too, in spite of the type.
    const record = { timestamp: this.#now(), level, message: String(message), task: this.#task };
    this.#reporter.log(record);
  }
}
