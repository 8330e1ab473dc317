import type { Json, JsonObject } from "../json.ts";
import type { ParameterStructure } from "../structure.ts";
import { jsonSchemaOf, type StandardSchema } from "./standard-schema.ts";

/** What the author wrote of a parameter, without its types. */
export interface ParameterDefinition {
  readonly name: string;
  readonly schema: StandardSchema | undefined;
  /** Absent where the author gave none. */
  readonly default?: Json;
}

/** The parameter as the server and its forms see it. */
export function parameterStructure(parameter: ParameterDefinition): ParameterStructure {
  const absent = parameter.default ?? defaultOfSchema(parameter.schema);
  const hasDefault = "default" in parameter || absent !== undefined;
  return {
    name: parameter.name,
    required: !hasDefault && !acceptsUndefined(parameter.schema),
    ...(hasDefault && { default: absent ?? null }),
    schema: jsonSchemaOf(parameter.schema),
  };
}

/** A validator that answers later cannot be asked while the flow is defined: its parameter counts as required. */
function validateNow(schema: StandardSchema | undefined, value: unknown) {
  const result = schema?.["~standard"].validate(value);
  if (!(result instanceof Promise)) return result;
  result.catch(() => undefined);
  return undefined;
}

function acceptsUndefined(schema: StandardSchema | undefined): boolean {
  const result = validateNow(schema, undefined);
  return result !== undefined && result.issues === undefined;
}

function defaultOfSchema(schema: StandardSchema | undefined): JsonObject[string] | undefined {
  const result = validateNow(schema, undefined);
  if (result === undefined || result.issues !== undefined || result.value === undefined)
    return undefined;
  const text = JSON.stringify(result.value);
  return text === undefined ? undefined : JSON.parse(text);
}
