import type { Timeline } from "@slipway/core";
import type { AroundTask } from "@slipway/engine";

export type RunStep =
  | "processStartedAt"
  | "bootedAt"
  | "checkedInAt"
  | "importedAt"
  | "firstTaskAt";

export function now(): string {
  return new Date().toISOString();
}

/** When the operating system started this process. */
export function processStartedAt(): string {
  return new Date(performance.timeOrigin).toISOString();
}

/** One step, reached now. */
export function reached(step: RunStep): Timeline {
  return { [step]: now() };
}

/** Calls `first` before the first task of all runs. */
export function beforeFirstTask(aroundTask: AroundTask, first: () => void): AroundTask {
  let pending: (() => void) | undefined = first;
  return (task, work) => {
    pending?.();
    pending = undefined;
    return aroundTask(task, work);
  };
}
