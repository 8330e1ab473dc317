import type { Json, JsonObject } from "@slipway/core";
import { isObject, objectsOf, textOf } from "../../plain-read.ts";
import {
  type FargateArguments,
  fargateArguments,
  type Group,
  pathOf,
} from "../fargate-arguments.ts";
import { fargateInvalid } from "../fargate-invalid.ts";

/** What a rule looks at: the arguments by where they go, and where the author wrote each. */
export interface FargateSubject extends FargateArguments {
  readonly path: (group: Group, field: string) => string;
}

/** Refuses what breaks it, with `ENVIRONMENT_INVALID`. */
export type FargateRule = (subject: FargateSubject) => void;

export function subjectOf(args: JsonObject): FargateSubject {
  return { ...fargateArguments(args), path: (group, field) => pathOf(args, group, field) };
}

interface PlacedContainer {
  readonly container: JsonObject;
  readonly path: string;
  /** As ECS will know it: the flow's container is `flow` where it has no name. */
  readonly name: string | undefined;
  readonly isFlow: boolean;
}

/** The containers of the definition, each with its path; the flow's is the first. */
export function containersOf({ definition, path }: FargateSubject): readonly PlacedContainer[] {
  const list = path("registerTaskDefinition", "containerDefinitions");
  return objectsOf(definition["containerDefinitions"]).map((container, index) => ({
    container,
    path: `${list}[${index}]`,
    name: textOf(container["name"]) ?? (index === 0 ? "flow" : undefined),
    isFlow: index === 0,
  }));
}

interface PlacedRun {
  readonly run: JsonObject;
  readonly at: (field: string) => string;
}

/** The author's RunTask, and what each other way to launch says of it, with where each field stands. */
export function waysOf({ run, policy, path }: FargateSubject): readonly PlacedRun[] {
  const others = policy.variants.map((variant, index) => ({
    run: variant === "on-demand" ? {} : variant,
    at: (field: string) => `onInfrastructureFailure.capacity.then[${index}].${field}`,
  }));
  return [{ run, at: (field) => path("runTask", field) }, ...others];
}

/** The overrides of RunTask; an empty object where there are none. */
export function overridesOf({ run }: Pick<FargateSubject, "run">): JsonObject {
  return isObject(run["overrides"]) ? run["overrides"] : {};
}

/** Refuses a text that one of AWS's character sets does not have. */
export function requireText(given: Json | undefined, path: string, set: CharacterSet): void {
  if (given === undefined || (typeof given === "string" && set.pattern.test(given))) return;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; AWS takes ${set.words}`,
    given,
    accepted: set.words,
  });
}

export interface CharacterSet {
  readonly pattern: RegExp;
  readonly words: string;
}

/** Refuses the second of two that are the same. */
export function requireUnique(
  names: readonly (readonly [name: string | undefined, path: string])[],
  noun: string,
): void {
  const first = new Map<string, string>();
  for (const [name, path] of names) {
    if (name === undefined) continue;
    const before = first.get(name);
    if (before !== undefined) {
      throw fargateInvalid({
        path,
        problem: `is ${JSON.stringify(name)}, as is \`${before}\`; each ${noun} needs a name of its own`,
        given: name,
      });
    }
    first.set(name, path);
  }
}
