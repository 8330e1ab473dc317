import type { Diagnosis } from "@slipway/core";

/** A verdict without its timeline. */
export type Decision =
  | { readonly status: "starting" | "running"; readonly message?: string }
  | {
      readonly status: "stopped";
      readonly diagnosis: Diagnosis;
      readonly mustDelete: boolean;
      readonly startsOver?: readonly string[];
    };

export function stopped(diagnosis: Diagnosis, mustDelete: boolean): Decision {
  return { status: "stopped", diagnosis, mustDelete };
}
