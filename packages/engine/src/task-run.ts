import {
  assertCanBecome,
  type RunReporter,
  type State,
  type StateType,
  type TaskRunKey,
} from "@slipway/core";

/** One run of a task: its key and the state that it is in. */
export class TaskRun {
  readonly key: TaskRunKey;
  readonly #book: TaskRunBook;
  #state: StateType = "Pending";

  constructor(key: TaskRunKey, book: TaskRunBook) {
    this.key = key;
    this.#book = book;
  }

  /** Reports the state and answers it. Throws `ILLEGAL_TRANSITION`. */
  enter(state: State): State {
    if (this.#book.closed) return state;
    assertCanBecome(this.#state, state.type);
    this.#state = state.type;
    this.#book.record(this, Object.freeze(state));
    return state;
  }
}

/** Knows the task runs that are running, so that a stop can end them. */
export class TaskRunBook {
  readonly #reporter: RunReporter;
  readonly #running = new Set<TaskRun>();
  #closed = false;

  constructor(reporter: RunReporter) {
    this.#reporter = reporter;
  }

  get closed(): boolean {
    return this.#closed;
  }

  record(run: TaskRun, state: State): void {
    if (state.type === "Running") this.#running.add(run);
    else this.#running.delete(run);
    this.#reporter.taskRunState(run.key, state);
  }

  /** Ends what is running in `state`. What its functions still do is not reported any more. */
  close(state: State): void {
    for (const run of this.#running) run.enter(state);
    this.#closed = true;
  }
}
