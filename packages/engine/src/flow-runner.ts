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
  /** Stops the run: no task starts any more, and those that run see it in their context. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Says how a stopped run ends, as late as it likes: `tasksEnded` settles when nothing runs any more. A run whose tasks
   * have all ended by then ends by them. Without it the run ends at once, Failed with the message of the signal's reason.
   */
  readonly onStop?: ((tasksEnded: Promise<void>) => Promise<StoppedAs>) | undefined;
  readonly now?: (() => Date) | undefined;
  readonly aroundTask?: AroundTask | undefined;
}

/** How a stopped run ends, and with it the tasks that have not ended; `Unfinished` leaves all as it is, for somebody else to end. */
export type StoppedAs =
  | { readonly type: "Failed" | "Cancelled"; readonly message: string }
  | { readonly type: "Unfinished" };

export interface FlowOutcome {
  /** `Running` where the run was stopped and left unfinished. */
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
  readonly #onStop: FlowRunnerOptions["onStop"];
  readonly #outcomes = new Map<FlowTask, TaskOutcome>();
  #state: StateType = "Pending";

  constructor(options: FlowRunnerOptions) {
    const { concurrency = availableParallelism() * 4, now = () => new Date() } = options;
    this.#flow = options.flow;
    this.#onStop = options.onStop;
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
    const running = this.#enter(this.#runner.state({ type: "Running", message: "Running flow." }));
    const work = this.#runTasks();
    const stopped = await this.#untilStopped(work);
    const end = stopped ? await this.#stop(work) : this.#finalState();
    const tasks = [...this.#outcomes].map(([task, outcome]) => [task.slug, outcome] as const);
    return { state: end === undefined ? running : this.#enter(end), tasks: new Map(tasks) };
  }

  /** Waits for the work or for the signal, whichever comes first; true where it was the signal. */
  async #untilStopped(work: Promise<void>): Promise<boolean> {
    const { signal } = this.#scope;
    let onAbort = () => {};
    const aborted = new Promise<true>((resolve) => {
      onAbort = () => {
        // In the same turn, so that nothing more starts.
        this.#pool.close();
        resolve(true);
      };
    });
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return (await Promise.race([aborted, work])) === true;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
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
    if (this.#scope.signal.aborted) return;
    const outcome = await this.#runTask(task, this.#outcomes);
    if (outcome !== undefined) this.#outcomes.set(task, outcome);
  }

  /** Undefined where the run was stopped before the task ended. */
  async #runTask(task: FlowTask, outcomes: Outcomes): Promise<TaskOutcome | undefined> {
    const failure = triggerFailure(task, outcomes);
    if (failure !== undefined) {
      return this.#runner.failTrigger(this.#runner.open(task, -1), failure);
    }
    const inputs = readInputs(task, outcomes, this.#scope.parameters);
    if (task.mapped) return this.#runMapped(task, inputs, outcomes);
    return this.#pool.run(() => this.#runner.run(task, -1, inputs));
  }

  async #runMapped(task: FlowTask, inputs: Inputs, outcomes: Outcomes) {
    const parent = this.#runner.open(task, -1);
    parent.enter(this.#runner.state({ type: "Running" }));
    try {
      const elements = takeApart(task, inputs);
      const paired = pairedUpstreams(task);
      const runs = await this.#pool.runEach(elements.count, async (index) => {
        const failure = pairedFailure(paired, index, outcomes);
        if (failure === undefined) return this.#runner.run(task, index, elements.at(index));
        return this.#runner.failTrigger(this.#runner.open(task, index), failure);
      });
      const children = runs.filter((child) => child !== undefined);
      if (children.length < elements.count) return undefined;
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

  /** The state in which the stopped run ends; undefined leaves it unfinished. */
  async #stop(work: Promise<void>): Promise<State | undefined> {
    const as = this.#onStop === undefined ? this.#failure() : await this.#onStop(work);
    if (as.type !== "Failed" && this.#flow.tasks.every((task) => this.#outcomes.has(task))) {
      return this.#finalState();
    }
    const state = as.type === "Unfinished" ? undefined : this.#runner.state(as);
    if (state?.type === "Cancelled") this.#cancelWaiting(state);
    if (state !== undefined) this.#book.endRunning(state);
    this.#book.close();
    return state;
  }

  #failure() {
    return { type: "Failed", message: messageOf(this.#scope.signal.reason) } as const;
  }

  #cancelWaiting(state: State): void {
    for (const task of this.#flow.tasks) {
      if (this.#outcomes.has(task) || this.#book.isRunning(task.slug)) continue;
      this.#runner.open(task, -1).enter(state);
    }
  }

  #enter(state: State): State {
    assertCanBecome(this.#state, state.type);
    this.#state = state.type;
    this.#scope.reporter.flowRunState(Object.freeze(state));
    return state;
  }
}
