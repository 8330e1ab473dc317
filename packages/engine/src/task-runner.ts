import {
  type FlowTask,
  messageOf,
  type ResultReference,
  type State,
  type TaskContext,
} from "@slipway/core";
import { ReportingLogger } from "./reporting-logger.ts";
import type { RunScope } from "./run-scope.ts";
import { stackOf } from "./stack.ts";
import { type Inputs, validateInputs } from "./task-inputs.ts";
import type { TaskOutcome } from "./task-outcome.ts";
import { TaskRun, type TaskRunBook } from "./task-run.ts";

/** Carries one task run through its states. A task that fails is an outcome, never an exception. */
export class TaskRunner {
  readonly #scope: RunScope;
  readonly #book: TaskRunBook;

  constructor(scope: RunScope, book: TaskRunBook) {
    this.#scope = scope;
    this.#book = book;
  }

  open(task: FlowTask, mapIndex: number): TaskRun {
    return new TaskRun({ taskSlug: task.slug, mapIndex }, this.#book);
  }

  /** Undefined where the run was stopped before its end: the task then ends as the flow run does. */
  async run(task: FlowTask, mapIndex: number, inputs: Inputs): Promise<TaskOutcome | undefined> {
    const run = this.open(task, mapIndex);
    run.enter(this.state({ type: "Running" }));
    let heeds = false;
    const heed = () => {
      heeds = true;
      return this.#scope.signal;
    };
    try {
      const value = await this.#call(task, run, inputs, heed);
      // A function that looks at the signal may have returned because of it, with its work half done.
      if (heeds && this.#scope.signal.aborted) return undefined;
      const result = await this.#keep(task, run, value);
      return { state: run.enter(this.#success(result)), value };
    } catch (error) {
      if (!this.#scope.signal.aborted) return this.fail(run, error);
      if (!isAbort(error, this.#scope.signal)) this.#logStack(run, error);
      return undefined;
    }
  }

  /** Ends the run because of what was thrown, and logs where it was thrown. */
  fail(run: TaskRun, error: unknown): TaskOutcome {
    this.#logStack(run, error);
    return { state: run.enter(this.state({ type: "Failed", message: messageOf(error) })) };
  }

  failTrigger(run: TaskRun, message: string): TaskOutcome {
    return { state: run.enter(this.state({ type: "TriggerFailed", message })) };
  }

  /** The state with the time of now. */
  state<S extends Untimed<State>>(state: S): S & { readonly timestamp: string } {
    return { ...state, timestamp: this.#scope.now() };
  }

  #logStack({ key }: TaskRun, error: unknown): void {
    if (this.#book.closed) return;
    new ReportingLogger(this.#scope.reporter, key, this.#scope.now).error(stackOf(error));
  }

  #success(result: ResultReference | undefined): State {
    return this.state(result === undefined ? { type: "Success" } : { type: "Success", result });
  }

  async #call(
    { definition }: FlowTask,
    { key }: TaskRun,
    given: Inputs,
    heed: () => AbortSignal,
  ): Promise<unknown> {
    const { aroundTask, reporter, now, flowRunId, flowRunName, parameters } = this.#scope;
    const inputs = definition.inputs ? await validateInputs(definition, given) : given;
    // A validator may wait, and meanwhile the run may have been stopped.
    this.#scope.signal.throwIfAborted();
    const logger = new ReportingLogger(reporter, key, now);
    const context: TaskContext = {
      ...key,
      logger,
      flowRunId,
      flowRunName,
      parameters,
      get signal() {
        return heed();
      },
    };
    return await aroundTask(key, () => definition.run(inputs, context));
  }

  async #keep({ definition }: FlowTask, { key }: TaskRun, value: unknown) {
    const { resultsDirectory, flowRunId, parameters } = this.#scope;
    return definition.result?.write(value, { ...key, resultsDirectory, flowRunId, parameters });
  }
}

/** Tells whether something was thrown because the signal was heard, as `fetch` (the reason itself) and Node's own functions do. */
function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || (error instanceof Error && error.name === "AbortError");
}

type Untimed<S extends State> = S extends State ? Omit<S, "timestamp"> : never;
