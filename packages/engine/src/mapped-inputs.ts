import { type FlowTask, type InputBinding, isRef, targetOf } from "@slipway/core";
import type { Inputs } from "./task-inputs.ts";

/** The inputs of a mapped task's runs. */
export interface Elements {
  readonly count: number;
  at(index: number): Inputs;
}

/** Tells an input that takes the run of the same index of a mapped task upstream. */
export function isPaired({ mapped, value }: InputBinding): boolean {
  if (!mapped || !isRef(value)) return false;
  const target = targetOf(value);
  return target.kind === "task" && target.task.mapped;
}

/**
 * Takes the mapped inputs apart, element by element; the shortest decides how many runs there are.
 * Throws where one is no array.
 */
export function takeApart(task: FlowTask, inputs: Inputs): Elements {
  const arrays: (readonly [string, readonly unknown[]])[] = [];
  for (const [key, { mapped }] of task.inputs) {
    if (mapped) arrays.push([key, asArray(key, inputs[key])]);
  }
  const count = Math.min(...arrays.map(([, array]) => array.length));
  const at = (index: number) => {
    const element = { ...inputs };
    for (const [key, array] of arrays) element[key] = array[index];
    return element;
  };
  return { count, at };
}

function asArray(key: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const kind = value === null ? "null" : typeof value;
  throw new TypeError(
    `Input "${key}" is mapped, but its value is no array (${kind}): give an array, or wrap it in unmapped(…)`,
  );
}
