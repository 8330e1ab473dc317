export {
  type FlowOutcome,
  FlowRunner,
  type FlowRunnerOptions,
  type StoppedAs,
} from "./flow-runner.ts";
export type { AroundTask } from "./run-scope.ts";
export { stackOf } from "./stack.ts";
export { hasSucceeded, type TaskOutcome } from "./task-outcome.ts";
