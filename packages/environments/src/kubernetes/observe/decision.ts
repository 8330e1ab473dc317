import type { Diagnosis } from "@slipway/core";
import type { Start } from "./starts.ts";

export interface Stopped {
  readonly status: "stopped";
  readonly diagnosis: Diagnosis;
  readonly mustDelete: boolean;
  readonly startsOver?: readonly string[];
  /** The start that it is of, where that is not the newest. */
  readonly of?: Start | undefined;
}

/** A verdict without its timeline. */
export type Decision =
  | { readonly status: "starting" | "running"; readonly message?: string }
  | Stopped;

export function stopped(diagnosis: Diagnosis, mustDelete: boolean): Stopped {
  return { status: "stopped", diagnosis, mustDelete };
}
