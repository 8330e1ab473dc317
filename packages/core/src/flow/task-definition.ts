import { SlipwayError } from "../errors.ts";
import type { ResultWriter } from "./result-writer.ts";
import type { StandardSchema } from "./standard-schema.ts";
import type { TaskContext } from "./task-context.ts";

/** Marks the callable that `task()` returns, in every copy of this package. */
export const TASK = Symbol.for("slipway.task");

/** What the author wrote of a task, without its types. */
export interface TaskDefinition {
  readonly name: string;
  readonly slug: string;
  readonly inputs: StandardSchema | undefined;
  readonly result: ResultWriter | undefined;
  readonly tags: readonly string[];
  /** A method, because only its two-way parameter check lets functions with any inputs stand side by side. */
  run(inputs: unknown, context: TaskContext): unknown;
}

/** Tells the callable that `task()` returns from any other function. */
export function isTask(value: unknown): value is { readonly [TASK]: TaskDefinition } {
  return typeof value === "function" && TASK in value;
}

/** The name in lower case, with a dash for all that is no letter and no digit. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-|-$/g, "");
  if (slug !== "") return slug;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `The name ${JSON.stringify(name)} has neither a letter nor a digit: give one that has`,
    { path: "name", given: name, accepted: "a text with a letter or a digit" },
  );
}
