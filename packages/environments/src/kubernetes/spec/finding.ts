import type { Json, JsonObject } from "@slipway/core";

/** Keys and indexes from the top of a Job. */
export type Path = readonly (string | number)[];

/** Something in a Job that Kubernetes surely refuses, or that breaks the run. */
export interface Finding {
  readonly at: Path;
  /** The rest of a sentence that starts with the path. */
  readonly problem: string;
  /** What was given; absent where it may be a secret. */
  readonly given?: Json;
  readonly accepted?: Json;
}

/** Looks at a whole Job; answers what it finds, the gravest first. */
export type JobCheck = (job: JsonObject) => readonly Finding[];

/** For example `spec.template.spec.containers[0].env[1].value`; keys that are no plain words stand in quotes. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}
