import { type FlowTask, isSuccessful, type State } from "@slipway/core";

/** How a task of a run ended. */
export interface TaskOutcome {
  readonly state: State;
  /** What the function returned; of a mapped task, what its children returned, in order. */
  readonly value?: unknown;
  /** The runs of a mapped task, in the order of its elements. */
  readonly children?: readonly TaskOutcome[];
}

/** The outcomes of the tasks that have ended so far. */
export type Outcomes = ReadonlyMap<FlowTask, TaskOutcome>;

/** A mapped task has succeeded where every child has; its own state `Mapped` only says that all have ended. */
export function hasSucceeded({ state, children = [] }: TaskOutcome): boolean {
  return isSuccessful(state) && children.every(hasSucceeded);
}
