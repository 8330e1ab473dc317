import { SlipwayError } from "../errors.ts";
import { FlowTask } from "./flow-task.ts";
import type { ParameterDefinition } from "./parameter-definition.ts";
import { isRef, isUnmapped, Ref, targetOf, unwrapUnmapped } from "./ref.ts";
import { isTask, TASK, type TaskDefinition } from "./task-definition.ts";
import { wireValue } from "./wire-value.ts";

export interface WireOptions {
  /** True where the inputs are arrays whose elements get a run of the task each. */
  readonly mapped: boolean;
  /** Whether a task that stands in an input means its result; in a builder it has to be called. */
  readonly tasksAsSources: boolean;
}

/** The tasks, inputs and parameters of one flow, while and after its author wires them. */
export class FlowGraph {
  readonly #flowName: string;
  readonly #tasks = new Map<string, FlowTask>();
  readonly #copies = new Map<TaskDefinition, number>();
  readonly #used = new Map<TaskDefinition, FlowTask>();
  readonly #parameters = new Map<string, ParameterDefinition>();

  constructor(flowName: string) {
    this.#flowName = flowName;
  }

  get tasks(): readonly FlowTask[] {
    return [...this.#tasks.values()];
  }

  get parameters(): readonly ParameterDefinition[] {
    return [...this.#parameters.values()];
  }

  /** Adds a copy of a task. Throws `DUPLICATE_TASK_SLUG` where another task has its slug. */
  add(definition: TaskDefinition): FlowTask {
    const copy = (this.#copies.get(definition) ?? 0) + 1;
    const slug = copy === 1 ? definition.slug : `${definition.slug}-${copy}`;
    const other = this.#tasks.get(slug);
    if (other !== undefined) throw duplicateSlug(this.#flowName, slug, other.name, definition.name);
    const task = new FlowTask(definition, slug);
    this.#tasks.set(slug, task);
    this.#copies.set(definition, copy);
    return task;
  }

  /** The one copy that the imperative API means by a task. */
  use(definition: TaskDefinition): FlowTask {
    const task = this.#used.get(definition) ?? this.add(definition);
    this.#used.set(definition, task);
    return task;
  }

  /** The task of this flow that a Ref or task stands for; undefined for a parameter. */
  taskOf(source: unknown): FlowTask | undefined {
    if (isTask(source)) return this.use(source[TASK]);
    return isRef(source) ? this.#read(source) : undefined;
  }

  /** The task that `source` stands for, if it is in the flow already. */
  find(source: unknown): FlowTask | undefined {
    if (isTask(source)) return this.#used.get(source[TASK]) ?? this.#onlyCopy(source[TASK]);
    return isRef(source) && targetOf(source).kind === "task" ? this.#read(source) : undefined;
  }

  /** Makes a parameter part of the flow. Throws `INVALID_ARGUMENT` where another one has its name. */
  declare(parameter: ParameterDefinition): void {
    const known = this.#parameters.get(parameter.name);
    if (known === parameter) return;
    if (known !== undefined) {
      throw new SlipwayError(
        "INVALID_ARGUMENT",
        `Flow "${this.#flowName}" has two parameters named "${parameter.name}": declare it once and use its Ref again`,
        { path: "parameters", given: parameter.name },
      );
    }
    this.#parameters.set(parameter.name, parameter);
  }

  bind(task: FlowTask, inputs: Readonly<Record<string, unknown>>, options: WireOptions): void {
    for (const [key, value] of Object.entries(inputs)) this.bindInput(task, key, value, options);
  }

  bindInput(task: FlowTask, key: string, given: unknown, options: WireOptions): void {
    const sources = new Set<FlowTask>();
    let constant = true;
    const path = `${task.slug}.${key}`;
    const value = wireValue(
      isUnmapped(given) ? unwrapUnmapped(given) : given,
      {
        onTask: (definition, place) => {
          if (!options.tasksAsSources) throw taskNotCalled(place, definition.name);
          return new Ref({ kind: "task", task: this.use(definition) });
        },
        onRef: (ref) => {
          constant = false;
          const source = this.#read(ref);
          if (source !== undefined) sources.add(source);
        },
      },
      path,
    );
    const mapped = options.mapped && !isUnmapped(given);
    task.bindInput(key, { value, mapped, constant, sources });
  }

  #onlyCopy(definition: TaskDefinition): FlowTask | undefined {
    const copies = this.tasks.filter((task) => task.definition === definition);
    return copies.length === 1 ? copies[0] : undefined;
  }

  #read(ref: Ref<unknown>): FlowTask | undefined {
    const target = targetOf(ref);
    if (target.kind === "parameter") {
      this.declare(target.parameter);
      return undefined;
    }
    if (this.#tasks.get(target.task.slug) === target.task) return target.task;
    throw new SlipwayError(
      "INVALID_ARGUMENT",
      `Task "${target.task.slug}" belongs to another flow than "${this.#flowName}": call the task in this flow too`,
      { task: target.task.slug, flow: this.#flowName },
    );
  }
}

function duplicateSlug(flow: string, slug: string, first: string, second: string): SlipwayError {
  return new SlipwayError(
    "DUPLICATE_TASK_SLUG",
    `Two tasks of flow "${flow}", ${JSON.stringify(first)} and ${JSON.stringify(second)}, have the slug "${slug}": ` +
      "give one of them another name, or a slug in its options",
    { flow, slug, tasks: [first, second] },
  );
}

function taskNotCalled(path: string, name: string): SlipwayError {
  return new SlipwayError(
    "INVALID_ARGUMENT",
    `Input ${path} is the task ${JSON.stringify(name)} itself: call it to use its result`,
    { path, given: name, accepted: "a value or the Ref that calling a task returns" },
  );
}
