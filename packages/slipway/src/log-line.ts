import type { LogRecord, RunReporter, State, TaskRunKey } from "@slipway/core";

/** Writes log records as lines, and hands all that is reported on. */
export class LineWriter implements RunReporter {
  readonly #next: RunReporter | undefined;
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void, next?: RunReporter) {
    this.#write = write;
    this.#next = next;
  }

  flowRunState(state: State): void {
    this.#next?.flowRunState(state);
  }

  taskRunState(task: TaskRunKey, state: State): void {
    this.#next?.taskRunState(task, state);
  }

  log(record: LogRecord): void {
    this.#write(`${formatLogLine(record)}\n`);
    this.#next?.log(record);
  }

  async flush(): Promise<void> {
    await this.#next?.flush();
  }
}

/** One record as a line for a person: time, level, task, message. */
function formatLogLine({ timestamp, level, message, task }: LogRecord): string {
  const index = task === undefined || task.mapIndex === -1 ? "" : `[${task.mapIndex}]`;
  const where = task === undefined ? "" : ` ${task.taskSlug}${index}`;
  return `${timestamp} ${level.toUpperCase().padEnd(8)}${where} | ${message}`;
}
