import { SlipwayError } from "../errors.ts";
import type { Json } from "../json.ts";
import type { ParameterDefinition } from "./parameter-definition.ts";
import { Ref } from "./ref.ts";
import type { InferInput, InferOutput, StandardSchema } from "./standard-schema.ts";

export interface ParameterOptions<T> {
  /** Used where a run gives none; the parameter is then not required. */
  readonly default?: T;
}

/** A typed input of a flow. Use it wherever a Ref can stand; it is not a task and makes no task run. */
export class Parameter<S extends StandardSchema = StandardSchema<Json>> extends Ref<
  InferOutput<S>
> {
  readonly definition: ParameterDefinition;

  /** Throws `INVALID_ARGUMENT` for an empty name. */
  constructor(name: string, schema?: S, options: ParameterOptions<InferInput<S> & Json> = {}) {
    if (name.trim() === "") {
      throw new SlipwayError("INVALID_ARGUMENT", "A parameter needs a name that is not empty", {
        path: "name",
        given: name,
      });
    }
    const definition: ParameterDefinition = { name, schema, ...options };
    super({ kind: "parameter", parameter: Object.freeze(definition) });
    this.definition = definition;
  }
}
