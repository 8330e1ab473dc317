import { isPlainObject, type Json, type JsonObject } from "@slipway/core";
import { environmentInvalid } from "./environment-invalid.ts";

export interface PlainCopy {
  /** A deep copy, frozen to the last leaf. */
  readonly value: JsonObject;
  /**
   * Paths at which `undefined` was given. Not refused at once: the flow file is evaluated in the
   * container too, where an environment variable that it reads need not be set.
   */
  readonly missing: readonly string[];
}

/** Copies what an author gave, so that it can be stored as JSON. Throws `ENVIRONMENT_INVALID` with the path of what cannot. */
export function copyPlain(type: string, given: Readonly<Record<string, unknown>>): PlainCopy {
  const copier = new Copier(type);
  return { value: copier.object(given, "", []), missing: copier.missing };
}

class Copier {
  readonly missing: string[] = [];
  readonly #type: string;

  constructor(type: string) {
    this.#type = type;
  }

  object(given: Readonly<Record<string, unknown>>, path: string, above: readonly object[]) {
    const entries: [string, Json][] = [];
    for (const [key, item] of Object.entries(given)) {
      const copy = this.#copy(item, path === "" ? key : `${path}.${key}`, [...above, given]);
      if (copy !== undefined) entries.push([key, copy]);
    }
    return Object.freeze(Object.fromEntries(entries));
  }

  #copy(value: unknown, path: string, above: readonly object[]): Json | undefined {
    if (value === undefined) {
      this.missing.push(path);
      return undefined;
    }
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value === "object" && above.includes(value)) throw this.#refuse(path, "itself");
    if (Array.isArray(value)) return this.#array(value, path, above);
    if (isPlainObject(value)) return this.object(value, path, above);
    throw this.#refuse(path, kindOf(value));
  }

  #array(given: readonly unknown[], path: string, above: readonly object[]): Json {
    const items: Json[] = [];
    for (const [index, item] of given.entries()) {
      const copy = this.#copy(item, `${path}[${index}]`, [...above, given]);
      if (copy !== undefined) items.push(copy);
    }
    return Object.freeze(items);
  }

  #refuse(path: string, kind: string) {
    return environmentInvalid({
      type: this.#type,
      path,
      problem: `is ${kind}; environments are stored as JSON in the flow's image, so give text, numbers, booleans, null, lists and plain objects only`,
      given: kind,
      accepted: "JSON",
    });
  }
}

function kindOf(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  return `an instance of ${value.constructor?.name || "a class"}`;
}
