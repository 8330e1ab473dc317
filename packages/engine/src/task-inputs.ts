import {
  type FlowTask,
  issuePath,
  type Ref,
  resolveValue,
  type TaskDefinition,
  targetOf,
} from "@slipway/core";
import type { Outcomes } from "./task-outcome.ts";

export type Inputs = Record<string, unknown>;

/** The task's inputs, with the results of its upstreams and the run's parameters in place of Refs. */
export function readInputs(
  task: FlowTask,
  outcomes: Outcomes,
  parameters: Readonly<Record<string, unknown>>,
): Inputs {
  const read = (ref: Ref<unknown>) => {
    const target = targetOf(ref);
    if (target.kind === "parameter") return parameters[target.parameter.name];
    return outcomes.get(target.task)?.value;
  };
  const inputs: Inputs = {};
  for (const [key, { value, constant }] of task.inputs) {
    inputs[key] = constant ? value : resolveValue(value, read);
  }
  return inputs;
}

/** What the task's validator makes of the inputs. Throws where it refuses them. */
export async function validateInputs(
  { inputs: schema }: TaskDefinition,
  inputs: Inputs,
): Promise<unknown> {
  const result = await schema?.["~standard"].validate(inputs);
  if (result === undefined) return inputs;
  if (result.issues === undefined) return result.value;
  const [issue] = result.issues;
  throw new TypeError(
    `Input ${issuePath("", issue) || "object"} is refused: ${issue?.message ?? "invalid"}`,
  );
}
