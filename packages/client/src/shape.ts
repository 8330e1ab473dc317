import {
  type Cost,
  type FlowStructure,
  isPlainObject,
  isStateType,
  type Json,
  type JsonObject,
  type ResourceUsage,
  SlipwayError,
  STRUCTURE_VERSION,
  type State,
  type Timeline,
} from "@slipway/core";

/**
 * One part of an answer: what to ask for, and how to check what came. Queries, checks and types
 * are all made from it, so they cannot drift apart.
 */
export interface Shape<T> {
  /** The GraphQL selection: empty for a leaf, ` { a b }` for an object. */
  readonly selection: string;
  parse(value: unknown, path: string): T;
}

/** The type of what a shape parses to. */
export type Parsed<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = leaf("a text", (value) => typeof value === "string");
export const integer: Shape<number> = leaf("an integer", (value) => Number.isInteger(value));
export const flag: Shape<boolean> = leaf("true or false", (value) => typeof value === "boolean");
export const json: Shape<Json> = leaf("JSON", (value) => value !== undefined);
export const jsonObject: Shape<JsonObject> = leaf("an object", isPlainObject);
export const state: Shape<State> = leaf("a state", isState);
export const texts: Shape<Readonly<Record<string, string>>> = leaf("an object of texts", isTexts);
export const timeline: Shape<Timeline> = leaf("a timeline", isTexts);
export const usage: Shape<ResourceUsage> = leaf("a use of resources", isUsage);
export const cost: Shape<Cost> = leaf("a cost", isCost);
export const structure: Shape<FlowStructure> = leaf(
  `a flow structure of version ${STRUCTURE_VERSION}`,
  isFlowStructure,
);

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    selection: shape.selection,
    parse: (value, path) => (value === null ? null : shape.parse(value, path)),
  };
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    selection: shape.selection,
    parse(value, path) {
      if (!Array.isArray(value)) throw unexpected(path, "a list");
      return value.map((item: unknown, index) => shape.parse(item, `${path}.${index}`));
    },
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type ParsedFields<F extends Fields> = { readonly [Key in keyof F]: Parsed<F[Key]> };

export function record<F extends Fields>(fields: F): Shape<ParsedFields<F>> {
  const entries = Object.entries(fields);
  return {
    selection: ` { ${entries.map(([name, shape]) => name + shape.selection).join(" ")} }`,
    parse(value, path) {
      if (!isPlainObject(value)) throw unexpected(path, "an object");
      const parsed = entries.map(([name, shape]) => [
        name,
        shape.parse(value[name], `${path}.${name}`),
      ]);
      // The entries are those of F, each parsed by its own shape.
      return Object.fromEntries(parsed) as ParsedFields<F>;
    },
  };
}

function leaf<T>(expected: string, check: (value: unknown) => boolean): Shape<T> {
  return {
    selection: "",
    parse(value, path) {
      if (!check(value)) throw unexpected(path, expected);
      return value as T; // `check` has just looked at it.
    },
  };
}

function isState(value: unknown): boolean {
  return (
    isPlainObject(value) && isStateType(value["type"]) && typeof value["timestamp"] === "string"
  );
}

function isTexts(value: unknown): boolean {
  return isPlainObject(value) && Object.values(value).every((text) => typeof text === "string");
}

function isUsage(value: unknown): boolean {
  return isPlainObject(value) && Object.values(value).every((amount) => typeof amount === "number");
}

function isCost(value: unknown): boolean {
  if (!isPlainObject(value) || typeof value["amount"] !== "number") return false;
  return typeof value["currency"] === "string" && typeof value["pricesOf"] === "string";
}

function isFlowStructure(value: unknown): boolean {
  if (!isPlainObject(value) || value["version"] !== STRUCTURE_VERSION) return false;
  const lists = ["tasks", "edges", "parameters", "referenceTasks"];
  return typeof value["name"] === "string" && lists.every((name) => Array.isArray(value[name]));
}

function unexpected(path: string, expected: string): SlipwayError {
  return new SlipwayError(
    "INTERNAL",
    `The server's answer has no ${expected.replace(/^an? /, "")} at ${path}: are client and server of one version?`,
    { path, accepted: expected },
  );
}
