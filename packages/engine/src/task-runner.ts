import { type FlowTask, messageOf, type ResultReference, type State } from "@slipway/core";
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

  async run(task: FlowTask, mapIndex: number, inputs: Inputs): Promise<TaskOutcome> {
    const run = this.open(task, mapIndex);
    run.enter(this.state({ type: "Running" }));
    try {
      const value = await this.#call(task, run, inputs);
      const result = await this.#keep(task, run, value);
      return { state: run.enter(this.#success(result)), value };
    } catch (error) {
      return this.fail(run, error);
    }
  }

  /** Ends the run because of what was thrown, and logs where it was thrown. */
  fail(run: TaskRun, error: unknown): TaskOutcome {
    if (!this.#book.closed) {
      new ReportingLogger(this.#scope.reporter, run.key, this.#scope.now).error(stackOf(error));
    }
    return { state: run.enter(this.state({ type: "Failed", message: messageOf(error) })) };
  }

  failTrigger(run: TaskRun, message: string): TaskOutcome {
    return { state: run.enter(this.state({ type: "TriggerFailed", message })) };
  }

  /** The state with the time of now. */
  state<S extends Untimed<State>>(state: S): S & { readonly timestamp: string } {
    return { ...state, timestamp: this.#scope.now() };
  }

  #success(result: ResultReference | undefined): State {
    return this.state(result === undefined ? { type: "Success" } : { type: "Success", result });
  }

  async #call({ definition }: FlowTask, { key }: TaskRun, given: Inputs): Promise<unknown> {
    const { aroundTask, reporter, now, flowRunId, flowRunName, parameters, signal } = this.#scope;
    const inputs = definition.inputs ? await validateInputs(definition, given) : given;
    const logger = new ReportingLogger(reporter, key, now);
    const context = { ...key, logger, flowRunId, flowRunName, parameters, signal };
    return await aroundTask(key, () => definition.run(inputs, context));
  }

  async #keep({ definition }: FlowTask, { key }: TaskRun, value: unknown) {
    const { resultsDirectory, flowRunId, parameters } = this.#scope;
    return definition.result?.write(value, { ...key, resultsDirectory, flowRunId, parameters });
  }
}

type Untimed<S extends State> = S extends State ? Omit<S, "timestamp"> : never;
