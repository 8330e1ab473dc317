import type { SerializedEnvironment } from "./environment.ts";
import type { ErrorCode, ErrorDetails } from "./errors.ts";
import type { Json, JsonObject } from "./json.ts";
import type { LogRecord, TaskRunKey } from "./run-reporter.ts";
import type { State } from "./state.ts";
import type { FlowStructure } from "./structure.ts";

/** Where a flow's image goes and how it is made, as data. */
export interface SerializedStorage {
  readonly type: string;
  readonly options: JsonObject;
}

/** All that a flow file says, as data. `environment` may hold secrets: it goes into the image and nowhere else. */
export interface FlowDescription {
  readonly structure: FlowStructure;
  readonly environment: SerializedEnvironment | null;
  readonly labels: readonly string[];
  readonly storage: SerializedStorage | null;
}

/**
 * What a flow's bundle can be asked to do, as its first argument: `describe` itself, tell its `structure`
 * alone (which needs nothing of the author's machine), `run` in this process, or (without an argument, in a
 * container) the flow run that its settings name.
 */
export type FlowProcessCommand = "describe" | "structure" | "run";

/** What a bundle started with an IPC channel says to its parent. */
export type FlowProcessMessage =
  | { readonly kind: "description"; readonly description: FlowDescription }
  | { readonly kind: "structure"; readonly structure: FlowStructure }
  | { readonly kind: "flowRunState"; readonly state: State }
  | { readonly kind: "taskRunState"; readonly task: TaskRunKey; readonly state: State }
  | { readonly kind: "log"; readonly record: LogRecord }
  | {
      readonly kind: "error";
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: ErrorDetails;
      /** The author's own stack, where the author's code threw. */
      readonly stack?: string;
    };

/** What the parent of `run` sends first. */
export interface RunCommandInput {
  readonly parameters: { readonly [name: string]: Json };
}
