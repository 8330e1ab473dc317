import {
  type FlowProcessMessage,
  isSlipwayError,
  type LogRecord,
  messageOf,
  type RunReporter,
  SlipwayError,
  type State,
  type TaskRunKey,
} from "@slipway/core";

/** The IPC channel to the process that started this one. */
export class ParentChannel implements RunReporter {
  readonly #send: NonNullable<typeof process.send>;
  #last: Promise<void> = Promise.resolve();

  /** Throws `INVALID_ARGUMENT` where the process was started without a channel. */
  constructor() {
    if (process.send === undefined) {
      throw new SlipwayError(
        "INVALID_ARGUMENT",
        'The bundle was started without an IPC channel: use "slipway run" or "slipway register" on the flow file',
      );
    }
    this.#send = process.send.bind(process);
  }

  send(message: FlowProcessMessage): void {
    // Only the last one matters: the channel keeps the order. A parent that is gone needs nothing.
    this.#last = new Promise((resolve) => this.#send(message, undefined, {}, () => resolve()));
  }

  sendError(error: unknown): void {
    const known = isSlipwayError(error)
      ? error
      : new SlipwayError("INTERNAL", messageOf(error), {}, { cause: error });
    const stack = known.cause instanceof Error ? known.cause.stack : known.stack;
    this.send({
      kind: "error",
      code: known.code,
      message: known.message,
      details: known.details,
      ...(stack !== undefined && { stack }),
    });
  }

  /** The first message of the parent. */
  receive(): Promise<unknown> {
    return new Promise((resolve) => process.once("message", resolve));
  }

  flowRunState(state: State): void {
    this.send({ kind: "flowRunState", state });
  }

  taskRunState(task: TaskRunKey, state: State): void {
    this.send({ kind: "taskRunState", task, state });
  }

  log(record: LogRecord): void {
    this.send({ kind: "log", record });
  }

  flush(): Promise<void> {
    return this.#last;
  }
}
