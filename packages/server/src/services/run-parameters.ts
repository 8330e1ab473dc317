import {
  type FlowStructure,
  isPlainObject,
  type Json,
  type JsonObject,
  nearest,
  type ParameterStructure,
  SlipwayError,
} from "@slipway/core";
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { refusal } from "./input.ts";
import { compileParameters } from "./parameter-schemas.ts";

/**
 * The parameters of a new run: what is given, else the defaults. The run's process checks them again
 * with the author's own validator; this check spares launching a container to hear it.
 * Throws `UNKNOWN_PARAMETER`, `MISSING_PARAMETER` or `INVALID_PARAMETER`.
 */
export function fillParameters(structure: FlowStructure, given: unknown): JsonObject {
  const values = given ?? {};
  if (!isPlainObject(values)) throw refusal("input.parameters", given, "an object");
  const { parameters } = structure;
  refuseUnknown(structure.name, parameters, values);
  refuseMissing(structure.name, parameters, values);
  const validators = compileParameters(parameters);
  const filled: [string, Json][] = [];
  for (const parameter of parameters) {
    const { name } = parameter;
    if (!Object.hasOwn(values, name)) {
      if (parameter.default !== undefined) filled.push([name, parameter.default]);
      continue;
    }
    checkValue(parameter, validators.get(name), values[name]);
    // It came out of JSON.
    filled.push([name, values[name] as Json]);
  }
  return Object.fromEntries(filled);
}

function refuseUnknown(
  flow: string,
  parameters: readonly ParameterStructure[],
  values: Record<string, unknown>,
): void {
  const names = parameters.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, names);
  const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  throw new SlipwayError(
    "UNKNOWN_PARAMETER",
    `The flow ${JSON.stringify(flow)} has no parameter ${JSON.stringify(unknown)}: ${meant ? `did you mean ${JSON.stringify(meant)}?` : known}`,
    { path: `parameters.${unknown}`, given: unknown, accepted: names, ...(meant && { meant }) },
  );
}

function refuseMissing(
  flow: string,
  parameters: readonly ParameterStructure[],
  values: Record<string, unknown>,
): void {
  const missing = parameters
    .filter(({ name, required }) => required && !Object.hasOwn(values, name))
    .map(({ name }) => name);
  const [first] = missing;
  if (first === undefined) return;
  const noun = missing.length === 1 ? "the parameter" : "the parameters";
  throw new SlipwayError(
    "MISSING_PARAMETER",
    `A run of the flow ${JSON.stringify(flow)} needs ${noun} ${missing.join(", ")}: give a value`,
    { path: `parameters.${first}`, missing },
  );
}

function checkValue(
  { name, schema }: ParameterStructure,
  validate: ValidateFunction | undefined,
  given: unknown,
): void {
  if (!validate || validate(given)) return;
  const [error] = validate.errors ?? [];
  const path = `parameters.${name}${error?.instancePath ?? ""}`.replaceAll("/", ".");
  throw new SlipwayError("INVALID_PARAMETER", `${path} ${describe(error)}`, {
    path,
    given,
    accepted: schema,
    issues: (validate.errors ?? []).map((issue) => describe(issue)),
  });
}

function describe(error: ErrorObject | undefined): string {
  const allowed: unknown = error?.params["allowedValues"];
  const values = Array.isArray(allowed) ? `: ${allowed.join(", ")}` : "";
  return `${error?.message ?? "does not fit its schema"}${values}`;
}
