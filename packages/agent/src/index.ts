export type { Agent, AgentOptions, ObserveInterval } from "./agent-options.ts";
export type { AgentEvent, Log, RunName } from "./events.ts";
export { startAgent } from "./start-agent.ts";
