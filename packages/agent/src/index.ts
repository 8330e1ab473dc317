export type { Agent, AgentOptions, ObserveInterval } from "./agent-options.ts";
export type { AgentEvent, Log, RunName } from "./events.ts";
export {
  type ExecutedFlowRun,
  type ExecuteFlowRunOptions,
  executeFlowRun,
} from "./execute-flow-run.ts";
export { startAgent } from "./start-agent.ts";
