import { SlipwayError } from "../errors.ts";
import type { FlowTask } from "./flow-task.ts";
import { jsonSchemaOf } from "./standard-schema.ts";
import { orderTasks } from "./task-order.ts";

/** Throws `MISSING_INPUT` or `FLOW_CYCLE`, naming the tasks. */
export function checkTasks(tasks: readonly FlowTask[]): void {
  for (const task of tasks) checkInputs(task);
  orderTasks(tasks);
}

function checkInputs(task: FlowTask): void {
  const missing = requiredInputs(task).filter((name) => !task.inputs.has(name));
  if (missing.length > 0) throw missingInput(task, missing);
  if (task.inputs.size === 0 && task.definition.inputs === undefined && takesInputs(task)) {
    throw missingInput(task, []);
  }
}

/** The names that the task's validator demands. Without a validator no name is known: types are gone by now. */
function requiredInputs(task: FlowTask): readonly string[] {
  const required = jsonSchemaOf(task.definition.inputs)["required"];
  return Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
}

/**
 * Tells whether the function reads its inputs. One that takes only inputs does; one that takes its
 * context too may have named the first parameter only to reach the second, unless it takes it apart.
 */
function takesInputs(task: FlowTask): boolean {
  const { run } = task.definition;
  return run.length === 1 || (run.length > 1 && DESTRUCTURED_INPUTS.test(String(run)));
}

const DESTRUCTURED_INPUTS = /^(?:async\s+)?(?:function\b[^(]*|\w+\s*)?\(\s*\{\s*[^\s}]/;

function missingInput(task: FlowTask, missing: readonly string[]): SlipwayError {
  const what =
    missing.length === 0 ? "its inputs" : `input ${missing.map((name) => `"${name}"`).join(", ")}`;
  return new SlipwayError(
    "MISSING_INPUT",
    `Task "${task.slug}" gets nothing for ${what}: pass it in the call, or wire it with bind or setUpstream`,
    { task: task.slug, missing },
  );
}
