import { SlipwayError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { type ParameterDefinition, parameterStructure } from "./parameter-definition.ts";
import { issuePath, jsonSchemaOf } from "./standard-schema.ts";

/**
 * The values of a flow's parameters for one run: what is given, else the default, as its validator
 * returns it. Throws `UNKNOWN_PARAMETER`, `MISSING_PARAMETER` or `INVALID_PARAMETER`.
 */
export async function resolveParameters(
  parameters: readonly ParameterDefinition[],
  given: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  refuseUnknown(parameters, given);
  refuseMissing(parameters, given);
  const values: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : parameter.default;
    values[parameter.name] = await validateParameter(parameter, value);
  }
  return Object.freeze(values);
}

function refuseUnknown(
  parameters: readonly ParameterDefinition[],
  given: Readonly<Record<string, unknown>>,
): void {
  const names = parameters.map((parameter) => parameter.name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, names);
  const known = names.length === 0 ? "the flow has none" : `the flow has ${names.join(", ")}`;
  throw new SlipwayError(
    "UNKNOWN_PARAMETER",
    `The flow has no parameter "${unknown}": ${meant === undefined ? known : `did you mean "${meant}"?`}`,
    { path: `parameters.${unknown}`, given: unknown, accepted: names },
  );
}

function refuseMissing(
  parameters: readonly ParameterDefinition[],
  given: Readonly<Record<string, unknown>>,
): void {
  const missing = parameters
    .filter(
      (parameter) =>
        !Object.hasOwn(given, parameter.name) && parameterStructure(parameter).required,
    )
    .map((parameter) => parameter.name);
  if (missing.length === 0) return;
  const [noun, pronoun] = missing.length === 1 ? ["parameter", "it"] : ["parameters", "them"];
  throw new SlipwayError(
    "MISSING_PARAMETER",
    `The run has no value for the required ${noun} ${missing.map((name) => `"${name}"`).join(", ")}: give ${pronoun}`,
    { path: `parameters.${missing[0]}`, missing },
  );
}

async function validateParameter(parameter: ParameterDefinition, value: unknown): Promise<unknown> {
  const result = await parameter.schema?.["~standard"].validate(value);
  if (result === undefined) return value;
  if (result.issues === undefined) return result.value;
  const [issue] = result.issues;
  const path = issuePath(`parameters.${parameter.name}`, issue);
  throw new SlipwayError(
    "INVALID_PARAMETER",
    `Value of ${path} is refused: ${issue?.message ?? "invalid"}`,
    {
      path,
      given: value,
      accepted: jsonSchemaOf(parameter.schema),
      issues: result.issues.map((each) => each.message),
    },
  );
}
