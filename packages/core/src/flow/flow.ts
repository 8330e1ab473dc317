import type { Environment } from "../environment.ts";
import { SlipwayError } from "../errors.ts";
import type { SerializedStorage } from "../flow-process.ts";
import type { Json } from "../json.ts";
import type { EdgeStructure } from "../structure.ts";
import { withinBuilder } from "./builder-scope.ts";
import { checkTasks } from "./check-flow.ts";
import { edgesOf, terminalTasks } from "./flow-edges.ts";
import { FlowGraph } from "./flow-graph.ts";
import type { FlowTask } from "./flow-task.ts";
import { Parameter, type ParameterOptions } from "./parameter.ts";
import type { ParameterDefinition } from "./parameter-definition.ts";
import { Ref, type Source, type TaskShape } from "./ref.ts";
import type { InferInput, InferOutput, StandardSchema } from "./standard-schema.ts";
import { connect } from "./task.ts";
import { slugOf } from "./task-definition.ts";

const FLOW = Symbol.for("slipway.flow");

/** Where a flow's image goes and how it is made: a plain description that an author writes in the flow file. */
export interface Storage {
  serialize(): SerializedStorage;
}

export interface FlowOptions {
  readonly description?: string;
  /** Where runs of the flow run. */
  readonly environment?: Environment;
  readonly storage?: Storage;
  /** Labels that an agent must have to launch runs of the flow, besides those of the environment. */
  readonly labels?: readonly string[];
}

/** What a flow's builder is given. */
export interface FlowBuilder {
  /** Declares a parameter of the flow and returns a Ref of its value. */
  parameter<S extends StandardSchema = StandardSchema<Json>>(
    name: string,
    schema?: S,
    options?: ParameterOptions<InferInput<S> & Json>,
  ): Ref<InferOutput<S>>;
}

/** One edge, to be added with `flow.addEdge`; with `key`, the upstream's result feeds that input. */
export class Edge {
  readonly upstream: Source<unknown>;
  readonly downstream: Source<unknown>;
  readonly key: string | undefined;
  readonly mapped: boolean;

  constructor(
    upstream: Source<unknown>,
    downstream: Source<unknown>,
    options: { readonly key?: string; readonly mapped?: boolean } = {},
  ) {
    this.upstream = upstream;
    this.downstream = downstream;
    this.key = options.key;
    this.mapped = options.mapped ?? false;
  }
}

/** A named graph of tasks, with its parameters and where it runs. */
export class Flow {
  readonly [FLOW] = true;
  readonly name: string;
  readonly description: string | undefined;
  readonly environment: Environment | undefined;
  readonly storage: Storage | undefined;
  readonly labels: readonly string[];
  /** The wiring itself; authors use the methods of flows and tasks. */
  readonly graph: FlowGraph;
  #referenceTasks: readonly FlowTask[] | undefined;

  /**
   * Tasks called in `build` become part of the flow. Throws `INVALID_ARGUMENT`, `DUPLICATE_TASK_SLUG`,
   * `MISSING_INPUT` or `FLOW_CYCLE`.
   */
  constructor(name: string, options: FlowOptions = {}, build?: (builder: FlowBuilder) => unknown) {
    slugOf(name);
    this.name = name;
    this.description = options.description;
    this.environment = options.environment;
    this.storage = options.storage;
    this.labels = Object.freeze([...(options.labels ?? [])]);
    this.graph = new FlowGraph(name);
    if (build !== undefined) this.#build(build);
  }

  get tasks(): readonly FlowTask[] {
    return this.graph.tasks;
  }

  get edges(): readonly EdgeStructure[] {
    return edgesOf(this.tasks);
  }

  get parameters(): readonly ParameterDefinition[] {
    return this.graph.parameters;
  }

  /** The tasks that decide the flow's state. */
  get referenceTasks(): readonly FlowTask[] {
    return this.#referenceTasks ?? terminalTasks(this.tasks);
  }

  /**
   * Makes other tasks than those without a downstream decide the flow's state. Throws `INVALID_ARGUMENT` where
   * there is none, or one is no task of the flow: a flow that nothing decides would always succeed.
   */
  setReferenceTasks(tasks: readonly Source<unknown>[]): void {
    if (tasks.length === 0) throw invalidReferenceTasks("there is none");
    this.#referenceTasks = tasks.map((source, index) => {
      const task = this.graph.find(source);
      if (task !== undefined) return task;
      throw invalidReferenceTasks(`number ${index + 1} is not one task of the flow`);
    });
  }

  /** Adds a task, unless it is there already, and returns a Ref of its result. */
  addTask<O>(task: TaskShape<unknown, O>): Ref<O> {
    const flowTask = this.graph.taskOf(task);
    if (flowTask !== undefined) return new Ref({ kind: "task", task: flowTask });
    throw new SlipwayError(
      "INVALID_ARGUMENT",
      "Only a task can be added: define it with task(name, function)",
    );
  }

  /** Adds an edge, and its tasks where they are not there yet. */
  addEdge(edge: Edge): void {
    const downstream = this.graph.taskOf(edge.downstream);
    if (downstream === undefined) {
      throw new SlipwayError(
        "INVALID_ARGUMENT",
        "A parameter can have no upstream: make a task the edge's downstream",
      );
    }
    connect(this.graph, edge.upstream, downstream, edge);
  }

  #build(build: (builder: FlowBuilder) => unknown): void {
    const answer = withinBuilder(this.graph, () =>
      build({ parameter: this.#parameter.bind(this) }),
    );
    if (answer instanceof Promise) {
      answer.catch(() => undefined);
      throw new SlipwayError(
        "INVALID_ARGUMENT",
        `The builder of flow "${this.name}" is asynchronous: only wire tasks in it, and wait inside tasks`,
        { flow: this.name },
      );
    }
    checkTasks(this.tasks);
  }

  #parameter<S extends StandardSchema>(
    name: string,
    schema?: S,
    options?: ParameterOptions<InferInput<S> & Json>,
  ): Ref<InferOutput<S>> {
    const parameter = new Parameter(name, schema, options);
    this.graph.declare(parameter.definition);
    return parameter;
  }
}

function invalidReferenceTasks(why: string): SlipwayError {
  const accepted = "tasks of the flow, or the Refs that calling them returned";
  return new SlipwayError("INVALID_ARGUMENT", `Reference tasks: ${why}; give ${accepted}`, {
    path: "referenceTasks",
    accepted,
  });
}

/** Tells a flow, whichever copy of this package made it. */
export function isFlow(value: unknown): value is Flow {
  return typeof value === "object" && value !== null && FLOW in value;
}
