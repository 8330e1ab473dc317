import { isPlainObject } from "@slipway/core";

/** Where two JSON values differ first, as a path like `$.tasks[2].name`, and what stands there in each. */
export interface Difference {
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** Compares JSON values; the order of keys does not count. */
export function firstDifference(left: unknown, right: unknown, path = "$"): Difference | undefined {
  if (Array.isArray(left) && Array.isArray(right))
    return firstIn(indexes(left, right), left, right, path);
  if (isPlainObject(left) && isPlainObject(right))
    return firstIn(keys(left, right), left, right, path);
  return Object.is(left, right) ? undefined : { path, left, right };
}

function firstIn(steps: readonly (string | number)[], left: object, right: object, path: string) {
  for (const step of steps) {
    const to = typeof step === "number" ? `${path}[${step}]` : pathTo(path, step);
    const difference = firstDifference(Reflect.get(left, step), Reflect.get(right, step), to);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function pathTo(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function indexes(left: readonly unknown[], right: readonly unknown[]): number[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => index);
}

function keys(left: object, right: object): string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
}
