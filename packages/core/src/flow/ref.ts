import type { FlowTask } from "./flow-task.ts";
import type { ParameterDefinition } from "./parameter-definition.ts";
import type { TASK, TaskDefinition } from "./task-definition.ts";

const REF = Symbol.for("slipway.ref");
const UNMAPPED = Symbol.for("slipway.unmapped");

// Neither exists at run time: they only carry a type from where it is known to where it is checked.
declare const OUTPUT: unique symbol;
declare const INPUTS: unique symbol;

export type RefTarget =
  | { readonly kind: "task"; readonly task: FlowTask }
  | { readonly kind: "parameter"; readonly parameter: ParameterDefinition };

/** A value that exists once the flow runs: a task's result or a parameter. Give it as an input of another task. */
export class Ref<T> {
  declare readonly [OUTPUT]?: T;
  readonly [REF]: RefTarget;

  constructor(target: RefTarget) {
    this[REF] = target;
  }
}

/** A task, seen as what it returns and what it takes. */
export interface TaskShape<Inputs, Output> {
  readonly [TASK]: TaskDefinition;
  readonly [OUTPUT]?: Output;
  readonly [INPUTS]?: Inputs;
}

/** What can stand upstream: a Ref of a `T`, or a task that returns one. */
export type Source<T> = Ref<T> | TaskShape<unknown, T>;

/** An input of a mapped task that every element gets as a whole. */
export interface Unmapped<V> {
  readonly [UNMAPPED]: V;
}

/** Keeps an input of a mapped task from being taken apart. */
export function unmapped<V>(value: V): Unmapped<V> {
  return Object.freeze({ [UNMAPPED]: value });
}

export function isUnmapped(value: unknown): value is Unmapped<unknown> {
  return typeof value === "object" && value !== null && UNMAPPED in value;
}

export function unwrapUnmapped(value: Unmapped<unknown>): unknown {
  return value[UNMAPPED];
}

/** Tells a Ref from any other value, whichever copy of this package made it. */
export function isRef(value: unknown): value is Ref<unknown> {
  return typeof value === "object" && value !== null && REF in value;
}

export function targetOf(ref: Ref<unknown>): RefTarget {
  return ref[REF];
}
