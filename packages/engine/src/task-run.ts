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

  /** Tells whether the task itself, or as a mapped task any of its elements, is running. */
  isRunning(taskSlug: string): boolean {
    for (const { key } of this.#running) if (key.taskSlug === taskSlug) return true;
    return false;
  }

  /** Ends what is running in `state`. */
  endRunning(state: State): void {
    for (const run of this.#running) run.enter(state);
  }

  /** What functions still do is not reported any more. */
  close(): void {
    this.#closed = true;
  }
}
