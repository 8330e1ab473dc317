import type { JsonObject } from "../json.ts";

/** One thing that a validator found wrong. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type SchemaResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** Standard Schema, version 1, as far as Slipway reads it: zod, valibot, arktype and others implement it. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** The Standard JSON Schema extension. */
    readonly jsonSchema?:
      | { readonly input: (options: { readonly target: string }) => Record<string, unknown> }
      | undefined;
  };
}

export type InferInput<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["input"];
export type InferOutput<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["output"];

/** The JSON Schema (draft 2020-12) of what `schema` accepts; `{}` where it gives none. */
export function jsonSchemaOf(schema: StandardSchema | undefined): JsonObject {
  try {
    const given = schema?.["~standard"].jsonSchema?.input({ target: "draft-2020-12" });
    return given === undefined ? {} : JSON.parse(JSON.stringify(given));
  } catch {
    // The extension throws for what JSON Schema cannot say, a transform for instance.
    return {};
  }
}

/** Where an issue lies, as a text like `rows[0].date`, from a name on. */
export function issuePath(name: string, issue: SchemaIssue | undefined): string {
  const keys = (issue?.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
  return keys.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : joinKey(path, String(key))),
    name,
  );
}

function joinKey(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
