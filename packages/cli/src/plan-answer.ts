import type { Json, JsonObject, LaunchRequest } from "@slipway/core";

/** What the plan is compared with, or why with nothing. */
export type Previous =
  | { readonly version: number; readonly args: JsonObject }
  | { readonly version: null; readonly why: string };

export interface PlanSubject {
  /** The environment's arguments. */
  readonly args: JsonObject;
  readonly request: LaunchRequest;
  readonly previous: Previous;
}

/** A plan, as `--json` has it and for people. */
export interface PlanAnswer {
  readonly data: object;
  /** What the platform has to allow the agent. */
  readonly policy: { readonly data: object; readonly text: string };
  readonly lines: readonly string[];
}

export type Planner = (subject: PlanSubject) => PlanAnswer;

/** The line in the place of changes where there are none. */
export function nothingChanged(
  changes: readonly unknown[],
  previous: Previous,
): string | undefined {
  if (previous.version === null) return `Compared with nothing: ${previous.why}`;
  if (changes.length > 0) return undefined;
  return `Nothing of the environment has changed since version ${previous.version}`;
}

export function valueText(value: Json | undefined): string {
  return value === undefined ? "(none)" : JSON.stringify(value);
}
