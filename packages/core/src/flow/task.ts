import { SlipwayError } from "../errors.ts";
import { currentGraph } from "./builder-scope.ts";
import type { FlowGraph } from "./flow-graph.ts";
import type { FlowTask } from "./flow-task.ts";
import { isUnmapped, Ref, type Source, type TaskShape } from "./ref.ts";
import type { ResultWriter } from "./result-writer.ts";
import type { InferInput, InferOutput, StandardSchema } from "./standard-schema.ts";
import type { TaskContext } from "./task-context.ts";
import { slugOf, TASK, type TaskDefinition } from "./task-definition.ts";
import type {
  BoundInputs,
  BoundMappedInputs,
  KeysAccepting,
  MappedInputs,
  NoInputs,
  WiredInputs,
} from "./wired.ts";

export interface TaskOptions {
  /** Names the task in its flow; made from the name by default. */
  readonly slug?: string;
  /** Keeps the value where it can be read after the run. */
  readonly result?: ResultWriter;
  readonly tags?: readonly string[];
}

/** How a call is wired besides its inputs. */
export interface CallOptions {
  /** Tasks that have to succeed first although no input uses their results. */
  readonly upstreamTasks?: readonly Ref<unknown>[];
}

/** A flow, as far as wiring a task needs it. */
export interface FlowTarget {
  readonly graph: FlowGraph;
}

interface InFlow {
  readonly flow: FlowTarget;
}

type Arguments<I> =
  Record<never, never> extends I
    ? [inputs?: WiredInputs<I>, options?: CallOptions]
    : [inputs: WiredInputs<I>, options?: CallOptions];

type ElementOf<O> = O extends readonly (infer E)[] ? E : never;

/** A unit of work with named inputs. */
export interface Task<I, O> extends TaskShape<I, O> {
  /** In a flow's builder: adds a copy of the task and returns a Ref of its result. */
  (...call: Arguments<I>): Ref<O>;
  readonly name: string;
  /** In a flow's builder: adds a copy that runs once for each element of its inputs. */
  map(inputs: MappedInputs<I>, options?: CallOptions): Ref<O[]>;
  /** Outside a builder: gives the task its inputs, where a task stands for its result too. */
  bind(inputs: BoundMappedInputs<I>, options: InFlow & { readonly mapped: true }): void;
  bind(inputs: BoundInputs<I>, options: InFlow & { readonly mapped?: false }): void;
  /** Makes this task run after `upstream`; with `key`, its result feeds that input. */
  setUpstream<K extends keyof I & string>(
    upstream: Source<readonly I[K][]>,
    options: InFlow & { readonly key: K; readonly mapped: true },
  ): void;
  setUpstream<K extends keyof I & string>(
    upstream: Source<I[K]>,
    options: InFlow & { readonly key: K; readonly mapped?: false },
  ): void;
  setUpstream(upstream: Source<unknown>, options: InFlow & { readonly key?: never }): void;
  /** Makes `downstream` run after this task; with `key`, this task's result feeds that input. */
  setDownstream<D>(
    downstream: TaskShape<D, unknown>,
    options: InFlow & { readonly key: KeysAccepting<D, ElementOf<O>>; readonly mapped: true },
  ): void;
  setDownstream<D>(
    downstream: TaskShape<D, unknown>,
    options: InFlow & { readonly key?: KeysAccepting<D, O>; readonly mapped?: false },
  ): void;
}

type Run<I, O> = (inputs: I, context: TaskContext) => O;
type WithInputs<S extends StandardSchema> = TaskOptions & {
  /** Checks the inputs before each run, and gives the function what the validator returns. */
  readonly inputs: S;
};

/**
 * Defines a task. Its function takes one object of named inputs, and the context of its run.
 * Throws `INVALID_ARGUMENT` where the name gives no slug.
 */
export function task<S extends StandardSchema, O>(
  name: string,
  options: WithInputs<S>,
  run: Run<InferOutput<S>, O>,
): Task<InferInput<S>, Awaited<O>>;
// The default of `I` holds for a function that takes nothing, and cannot be said by an overload of its
// own: the types of an arrow function's parameters are taken from the first overload that is tried.
export function task<O, I extends object = NoInputs>(
  name: string,
  run: Run<I, O>,
): Task<I, Awaited<O>>;
export function task<O, I extends object = NoInputs>(
  name: string,
  options: TaskOptions,
  run: Run<I, O>,
): Task<I, Awaited<O>>;
export function task<I, O>(
  name: string,
  ...rest: [Run<I, O>] | [TaskOptions & { readonly inputs?: StandardSchema }, Run<I, O>]
): Task<I, Awaited<O>> {
  const [options, run] = rest.length === 1 ? [{}, rest[0]] : rest;
  const definition = defineTask(name, options, run);
  const call = (inputs?: unknown, callOptions?: CallOptions) =>
    new Ref<Awaited<O>>({ kind: "task", task: addCall(definition, inputs, callOptions, false) });
  Object.defineProperty(call, "name", { value: name });
  return Object.assign(call, { [TASK]: definition, ...wiringOf(definition) });
}

function defineTask<I, O>(
  name: string,
  options: TaskOptions & { readonly inputs?: StandardSchema | undefined },
  run: Run<I, O>,
): TaskDefinition {
  return Object.freeze({
    name,
    slug: slugOf(options.slug ?? name),
    inputs: options.inputs,
    result: options.result,
    tags: Object.freeze([...(options.tags ?? [])]),
    run,
  });
}

interface EdgeOptions extends InFlow {
  readonly key?: string | undefined;
  readonly mapped?: boolean | undefined;
}

function wiringOf(definition: TaskDefinition) {
  return {
    map: (inputs: object, options?: CallOptions) =>
      new Ref<never>({ kind: "task", task: addCall(definition, inputs, options, true) }),
    bind: (inputs: object, { flow, mapped = false }: EdgeOptions) => {
      const flowTask = flow.graph.use(definition);
      flow.graph.bind(flowTask, { ...inputs }, { mapped, tasksAsSources: true });
    },
    setUpstream: (upstream: unknown, options: EdgeOptions) => {
      connect(options.flow.graph, upstream, options.flow.graph.use(definition), options);
    },
    setDownstream: (downstream: unknown, options: EdgeOptions) => {
      const { graph } = options.flow;
      const upstream = new Ref({ kind: "task", task: graph.use(definition) });
      const flowTask = graph.taskOf(downstream);
      if (flowTask !== undefined) connect(graph, upstream, flowTask, options);
    },
  };
}

/** Makes `downstream` wait for `upstream` and, with a key, take its result as that input. */
export function connect(
  graph: FlowGraph,
  upstream: unknown,
  downstream: FlowTask,
  {
    key,
    mapped = false,
  }: { readonly key?: string | undefined; readonly mapped?: boolean | undefined },
): void {
  if (key !== undefined) {
    graph.bindInput(downstream, key, upstream, { mapped, tasksAsSources: true });
    return;
  }
  if (mapped) {
    throw new SlipwayError(
      "INVALID_ARGUMENT",
      `A mapped edge to task "${downstream.slug}" has no key: name the input that the elements feed`,
      { path: "key", task: downstream.slug },
    );
  }
  const task = graph.taskOf(upstream);
  if (task !== undefined) downstream.runAfter(task);
}

function addCall(
  definition: TaskDefinition,
  inputs: unknown = {},
  options: CallOptions = {},
  mapped: boolean,
): FlowTask {
  const graph = currentGraph(definition.name);
  const values = inputsObject(definition, inputs);
  if (mapped && Object.values(values).every(isUnmapped)) throw nothingMapped(definition.name);
  const task = graph.add(definition);
  graph.bind(task, values, { mapped, tasksAsSources: false });
  for (const upstream of options.upstreamTasks ?? []) connect(graph, upstream, task, {});
  return task;
}

function inputsObject(
  definition: TaskDefinition,
  inputs: unknown,
): Readonly<Record<string, unknown>> {
  if (typeof inputs === "object" && inputs !== null && !Array.isArray(inputs)) return { ...inputs };
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `Task ${JSON.stringify(definition.name)} takes one object of named inputs, not ${JSON.stringify(inputs)}`,
    { task: definition.name, given: inputs, accepted: "an object of named inputs" },
  );
}

function nothingMapped(name: string): SlipwayError {
  return new SlipwayError(
    "INVALID_ARGUMENT",
    `Task ${JSON.stringify(name)} is mapped over nothing: give at least one input that is not unmapped(…)`,
    { task: name },
  );
}
