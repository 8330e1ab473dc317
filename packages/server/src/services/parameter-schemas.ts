import { messageOf, type ParameterStructure } from "@slipway/core";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { refusal } from "./input.ts";

/** The validators of a flow's parameters, by name. Throws `INVALID_ARGUMENT` for a schema that is none. */
export function compileParameters(
  parameters: readonly ParameterStructure[],
): ReadonlyMap<string, ValidateFunction> {
  // One for each flow: a schema with an `$id` must not meet that of another flow.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
  return new Map(
    parameters.map(({ name, schema }, index) => {
      try {
        return [name, ajv.compile(schema)];
      } catch (error) {
        const path = `structure.parameters[${index}].schema`;
        throw refusal(path, schema, `a JSON Schema of draft 2020-12 (${messageOf(error)})`);
      }
    }),
  );
}
