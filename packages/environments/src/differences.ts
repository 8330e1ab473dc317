import { isPlainObject, type Json } from "@slipway/core";
import { isObject } from "./plain-read.ts";

export interface Difference {
  readonly path: string;
  /** Absent where it was not there. */
  readonly from?: Json;
  /** Absent where it is not there any more. */
  readonly to?: Json;
}

/**
 * What differs between two values, leaf by leaf. Entries of a list that have a `name` or a `key` are compared with the
 * entry of that name, so that one more at the top is one difference.
 */
export function differences(
  from: Json | undefined,
  to: Json | undefined,
  path = "",
): readonly Difference[] {
  if (isPlainObject(from) && isPlainObject(to)) return inObjects(from, to, path);
  if (Array.isArray(from) && Array.isArray(to)) return inLists(from, to, path);
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  return [
    {
      path,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    },
  ];
}

function inObjects(
  from: Readonly<Record<string, Json>>,
  to: Readonly<Record<string, Json>>,
  path: string,
): readonly Difference[] {
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...keys].flatMap((key) =>
    differences(from[key], to[key], path === "" ? key : `${path}.${key}`),
  );
}

function inLists(from: readonly Json[], to: readonly Json[], path: string): readonly Difference[] {
  const gone = new Set(from.keys());
  const kept = to.flatMap((item, index) => {
    const at = partnerOf(item, index, from);
    gone.delete(at);
    return differences(from[at], item, `${path}[${index}]`);
  });
  return [
    ...kept,
    ...[...gone].flatMap((index) => differences(from[index], undefined, `${path}[${index}]`)),
  ];
}

/** Where the same entry stood before; -1 where it did not. */
function partnerOf(item: Json, index: number, from: readonly Json[]): number {
  const name = nameOf(item);
  if (name === undefined) return nameOf(from[index]) === undefined ? index : -1;
  return from.findIndex((other) => nameOf(other) === name);
}

function nameOf(item: Json | undefined): Json | undefined {
  return isObject(item) ? (item["name"] ?? item["key"]) : undefined;
}
