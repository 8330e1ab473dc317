import { SlipwayError } from "../errors.ts";
import type { TaskDefinition } from "./task-definition.ts";

/** What feeds one input of a task. */
export interface InputBinding {
  /** A constant, a `Ref`, or arrays and plain objects with Refs inside. */
  readonly value: unknown;
  /** True where the task runs once for each element of the value. */
  readonly mapped: boolean;
  /** True where the value holds no Ref, so that every run gets it as it is. */
  readonly constant: boolean;
  /** The tasks whose results the value holds. */
  readonly sources: ReadonlySet<FlowTask>;
}

/** One use of a task in a flow. */
export class FlowTask {
  readonly definition: TaskDefinition;
  readonly slug: string;
  readonly #inputs = new Map<string, InputBinding>();
  readonly #after = new Set<FlowTask>();

  constructor(definition: TaskDefinition, slug: string) {
    this.definition = definition;
    this.slug = slug;
  }

  get name(): string {
    return this.definition.name;
  }

  get inputs(): ReadonlyMap<string, InputBinding> {
    return this.#inputs;
  }

  /** The tasks that only have to end before this one starts. */
  get after(): ReadonlySet<FlowTask> {
    return this.#after;
  }

  get mapped(): boolean {
    for (const input of this.#inputs.values()) if (input.mapped) return true;
    return false;
  }

  /** Every task that this one waits for, each once. */
  get upstreams(): ReadonlySet<FlowTask> {
    const upstreams = new Set(this.#after);
    for (const input of this.#inputs.values())
      for (const source of input.sources) upstreams.add(source);
    return upstreams;
  }

  bindInput(key: string, binding: InputBinding): void {
    if (this.#inputs.has(key)) {
      throw new SlipwayError(
        "INVALID_ARGUMENT",
        `Input "${key}" of task "${this.slug}" is bound twice: bind it once, or use a second copy of the task`,
        { task: this.slug, path: key },
      );
    }
    this.#inputs.set(key, binding);
  }

  runAfter(upstream: FlowTask): void {
    this.#after.add(upstream);
  }
}
