import { SlipwayError } from "../errors.ts";
import { isPlainObject } from "../json.ts";
import { isRef, type Ref } from "./ref.ts";
import { isTask, TASK, type TaskDefinition } from "./task-definition.ts";

export interface Wiring {
  /** What a task stands for that is given in place of a Ref. */
  onTask(definition: TaskDefinition, path: string): Ref<unknown>;
  onRef(ref: Ref<unknown>): void;
}

/**
 * The value with a Ref in place of each task, and each Ref told to `wiring`. Looks into arrays and
 * plain objects and nowhere else; what holds no Ref stays the object that it was.
 */
export function wireValue(value: unknown, wiring: Wiring, path: string): unknown {
  return wire(value, wiring, path, new Set());
}

/** The value with each Ref replaced by what `read` gives for it. */
export function resolveValue(value: unknown, read: (ref: Ref<unknown>) => unknown): unknown {
  if (isRef(value)) return read(value);
  return mapContainer(value, (item) => resolveValue(item, read));
}

function wire(value: unknown, wiring: Wiring, path: string, around: Set<unknown>): unknown {
  if (isTask(value)) return wire(wiring.onTask(value[TASK], path), wiring, path, around);
  if (isRef(value)) {
    wiring.onRef(value);
    return value;
  }
  if (!isContainer(value)) return value;
  if (around.has(value)) {
    throw new SlipwayError(
      "INVALID_ARGUMENT",
      `Input ${path} contains itself: give a value without such a circle`,
      { path },
    );
  }
  around.add(value);
  const wired = mapContainer(value, (item, key) => wire(item, wiring, joinPath(path, key), around));
  around.delete(value);
  return wired;
}

function joinPath(path: string, key: string | number): string {
  return typeof key === "number" ? `${path}[${key}]` : `${path}.${key}`;
}

function isContainer(value: unknown): value is readonly unknown[] | Record<string, unknown> {
  return Array.isArray(value) || isPlainObject(value);
}

function mapContainer(
  value: unknown,
  map: (item: unknown, key: string | number) => unknown,
): unknown {
  if (Array.isArray(value)) return mapArray(value, map);
  return isPlainObject(value) ? mapObject(value, map) : value;
}

function mapArray(
  array: readonly unknown[],
  map: (item: unknown, key: number) => unknown,
): unknown {
  const mapped = array.map(map);
  return mapped.every((item, index) => item === array[index]) ? array : mapped;
}

function mapObject(
  object: Record<string, unknown>,
  map: (item: unknown, key: string) => unknown,
): unknown {
  const entries = Object.entries(object).map(([key, item]) => [key, map(item, key)] as const);
  return entries.every(([key, item]) => item === object[key])
    ? object
    : Object.fromEntries(entries);
}
