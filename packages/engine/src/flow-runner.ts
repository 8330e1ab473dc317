import { availableParallelism } from "node:os";
import {
  assertCanBecome,
  checkTasks,
  type Flow,
  type FlowTask,
  messageOf,
  orderTasks,
  type RunReporter,
  type State,
  type StateType,
} from "@slipway/core";
import { takeApart } from "./mapped-inputs.ts";
import type { AroundTask, RunScope } from "./run-scope.ts";
import { type Inputs, readInputs } from "./task-inputs.ts";
import { hasSucceeded, type Outcomes, type TaskOutcome } from "./task-outcome.ts";
import { TaskPool } from "./task-pool.ts";
import { TaskRunBook } from "./task-run.ts";
import { TaskRunner } from "./task-runner.ts";
import { pairedFailure, pairedUpstreams, triggerFailure } from "./trigger.ts";

export interface FlowRunnerOptions {
  readonly flow: Flow;
  readonly flowRunId: string;
  readonly flowRunName: string;
  /** Values that `resolveParameters` gave. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly reporter: RunReporter;
  /** The folder that local results stay in. */
  readonly resultsDirectory: string;
  /** How many tasks run at once; four for each processor unless told, since most tasks wait. */
  readonly concurrency?: number | undefined;
  /** Stops the run: no task starts any more, and the flow ends Failed with the reason's message. */
  readonly signal?: AbortSignal | undefined;
  readonly now?: (() => Date) | undefined;
  readonly aroundTask?: AroundTask | undefined;
}

export interface FlowOutcome {
  readonly state: State;
  /** By task slug, those that ended. */
  readonly tasks: ReadonlyMap<string, TaskOutcome>;
}

/** Carries one flow run through its states, in this process. */
export class FlowRunner {
  readonly #flow: Flow;
  readonly #scope: RunScope;
  readonly #pool: TaskPool;
  readonly #book: TaskRunBook;
  readonly #runner: TaskRunner;
  readonly #outcomes = new Map<FlowTask, TaskOutcome>();
  #state: StateType = "Pending";

  constructor(options: FlowRunnerOptions) {
    const { concurrency = availableParallelism() * 4, now = () => new Date() } = options;
    this.#flow = options.flow;
    this.#scope = {
      flowRunId: options.flowRunId,
      flowRunName: options.flowRunName,
      parameters: options.parameters,
      resultsDirectory: options.resultsDirectory,
      reporter: options.reporter,
      signal: options.signal ?? new AbortController().signal,
      now: () => now().toISOString(),
      aroundTask: options.aroundTask ?? ((_task, work) => work()),
    };
    this.#pool = new TaskPool(concurrency);
    this.#book = new TaskRunBook(options.reporter);
    this.#runner = new TaskRunner(this.#scope, this.#book);
  }

  /** Runs the flow to its end, which may be a failure. Throws `FLOW_CYCLE` or `MISSING_INPUT` before anything runs. */
  async run(): Promise<FlowOutcome> {
    checkTasks(this.#flow.tasks);
    this.#enter(this.#runner.state({ type: "Running", message: "Running flow." }));
    const stopped = await untilStopped(this.#scope.signal, () => this.#runTasks());
    if (stopped) this.#stop();
    const state = stopped ? this.#failure() : this.#finalState();
    this.#enter(state);
    const tasks = [...this.#outcomes].map(([task, outcome]) => [task.slug, outcome] as const);
    return { state, tasks: new Map(tasks) };
  }

  async #runTasks(): Promise<void> {
    const ended = new Map<FlowTask, Promise<void>>();
    for (const task of orderTasks(this.#flow.tasks)) {
      const upstreams = [...task.upstreams].flatMap((upstream) => ended.get(upstream) ?? []);
      ended.set(task, this.#runAfter(upstreams, task));
    }
    await Promise.all(ended.values());
  }

  async #runAfter(upstreams: readonly Promise<void>[], task: FlowTask): Promise<void> {
    await Promise.all(upstreams);
    this.#outcomes.set(task, await this.#runTask(task, this.#outcomes));
  }

  async #runTask(task: FlowTask, outcomes: Outcomes): Promise<TaskOutcome> {
    const failure = triggerFailure(task, outcomes);
    if (failure !== undefined) {
      return this.#runner.failTrigger(this.#runner.open(task, -1), failure);
    }
    const inputs = readInputs(task, outcomes, this.#scope.parameters);
    if (task.mapped) return this.#runMapped(task, inputs, outcomes);
    return this.#pool.run(() => this.#runner.run(task, -1, inputs));
  }

  async #runMapped(task: FlowTask, inputs: Inputs, outcomes: Outcomes): Promise<TaskOutcome> {
    const parent = this.#runner.open(task, -1);
    parent.enter(this.#runner.state({ type: "Running" }));
    try {
      const elements = takeApart(task, inputs);
      const paired = pairedUpstreams(task);
      const children = await this.#pool.runEach(elements.count, async (index) => {
        const failure = pairedFailure(paired, index, outcomes);
        if (failure === undefined) return this.#runner.run(task, index, elements.at(index));
        return this.#runner.failTrigger(this.#runner.open(task, index), failure);
      });
      const state = this.#runner.state({ type: "Mapped", children: children.length });
      return { state: parent.enter(state), value: children.map(({ value }) => value), children };
    } catch (error) {
      return this.#runner.fail(parent, error);
    }
  }

  #finalState(): State {
    const failed = this.#flow.referenceTasks.some((task) => {
      const outcome = this.#outcomes.get(task);
      return outcome === undefined || !hasSucceeded(outcome);
    });
    return this.#runner.state(
      failed
        ? { type: "Failed", message: "Some reference tasks failed." }
        : { type: "Success", message: "All reference tasks succeeded." },
    );
  }

  #stop(): void {
    this.#pool.close();
    this.#book.close(this.#failure());
  }

  #failure(): State {
    return this.#runner.state({ type: "Failed", message: messageOf(this.#scope.signal.reason) });
  }

  #enter(state: State): void {
    assertCanBecome(this.#state, state.type);
    this.#state = state.type;
    this.#scope.reporter.flowRunState(Object.freeze(state));
  }
}

/** Waits for the work or for the signal, whichever comes first; true where it was the signal. */
async function untilStopped(signal: AbortSignal, work: () => Promise<void>): Promise<boolean> {
  if (signal.aborted) return true;
  let onAbort = () => {};
  const aborted = new Promise<true>((resolve) => {
    onAbort = () => resolve(true);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return (await Promise.race([work(), aborted])) === true;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
