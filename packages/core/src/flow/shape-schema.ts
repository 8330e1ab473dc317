import { isPlainObject } from "../json.ts";

/** The part of JSON Schema that Slipway's own schemas are written in. */
export type ShapeSchema =
  | ObjectSchema
  | ArraySchema
  | { readonly type: "string"; readonly minLength?: number; readonly description?: string }
  | { readonly type: "boolean"; readonly description?: string }
  | { readonly const: string | number | boolean }
  | { readonly description: string; readonly type?: never; readonly const?: never };

export interface ObjectSchema {
  readonly type: "object";
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: ShapeSchema };
  readonly title?: string;
  readonly description?: string;
}

interface ArraySchema {
  readonly type: "array";
  readonly items: ShapeSchema;
}

export interface ShapeIssue {
  readonly path: string;
  readonly given: unknown;
  readonly accepted: string;
}

/** The first place where `value` differs from `schema`; undefined where it fits. */
export function findShapeIssue(
  value: unknown,
  schema: ShapeSchema,
  path: string,
): ShapeIssue | undefined {
  if ("const" in schema)
    return value === schema.const ? undefined : issue(value, path, String(schema.const));
  switch (schema.type) {
    case "object":
      return isPlainObject(value)
        ? objectIssue(value, schema, path)
        : issue(value, path, "an object");
    case "array":
      return Array.isArray(value)
        ? arrayIssue(value, schema, path)
        : issue(value, path, "an array");
    case "boolean":
      return typeof value === "boolean" ? undefined : issue(value, path, "true or false");
    case "string":
      return stringIssue(value, schema.minLength ?? 0, path);
    default:
      return undefined;
  }
}

function stringIssue(value: unknown, minLength: number, path: string): ShapeIssue | undefined {
  if (typeof value === "string" && value.length >= minLength) return undefined;
  return issue(value, path, minLength > 0 ? "a text that is not empty" : "a text");
}

function objectIssue(
  value: Record<string, unknown>,
  { required = [], properties = {} }: ObjectSchema,
  path: string,
): ShapeIssue | undefined {
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return issue(undefined, `${path}.${missing}`, "a value");
  for (const [name, schema] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) continue;
    const found = findShapeIssue(value[name], schema, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function arrayIssue(
  value: readonly unknown[],
  { items }: ArraySchema,
  path: string,
): ShapeIssue | undefined {
  for (const [index, item] of value.entries()) {
    const found = findShapeIssue(item, items, `${path}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function issue(given: unknown, path: string, accepted: string): ShapeIssue {
  return { path, given, accepted };
}
