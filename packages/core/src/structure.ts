import type { JsonObject } from "./json.ts";

/** The version of {@link FlowStructure}'s shape; it grows when a reader of the old shape would misread the new. */
export const STRUCTURE_VERSION = 1;

/**
 * What the server learns of a flow when it is registered: its shape, never its code, its constants
 * or its environment's arguments. `FLOW_STRUCTURE_SCHEMA` is its JSON Schema.
 */
export interface FlowStructure {
  readonly version: typeof STRUCTURE_VERSION;
  readonly name: string;
  readonly description?: string;
  readonly tasks: readonly TaskStructure[];
  readonly edges: readonly EdgeStructure[];
  readonly parameters: readonly ParameterStructure[];
  /** Slugs of the tasks that decide the flow's state: by default those without a downstream. */
  readonly referenceTasks: readonly string[];
}

export interface TaskStructure {
  /** Unique in the flow: the name in lower case with dashes, and a number from the second copy on. */
  readonly slug: string;
  readonly name: string;
  /** True where the task runs once for each element of its mapped inputs. */
  readonly mapped: boolean;
}

export interface EdgeStructure {
  readonly upstream: string;
  readonly downstream: string;
  /** The input that the upstream's result feeds; absent where only the order counts. */
  readonly key?: string;
  readonly mapped: boolean;
  readonly flattened: boolean;
}

export interface ParameterStructure {
  readonly name: string;
  readonly required: boolean;
  readonly default?: JsonObject[string];
  /** JSON Schema (draft 2020-12) of the accepted values; `{}` where the validator gives none. */
  readonly schema: JsonObject;
}
