export {
  type ClaimWorkInput,
  type ClientOptions,
  type CreateFlowRunInput,
  createClient,
  type FlowRunsFilter,
  type LogsPage,
  type RecordRunInput,
  type RegisterFlowInput,
  type SlipwayClient,
} from "./client.ts";
export type {
  AgentInfo,
  Attempt,
  Claim,
  ClaimedWork,
  FlowRun,
  FlowRunDetail,
  FlowSummary,
  FlowVersion,
  Log,
  Project,
  RegisteredFlow,
  ServerInfo,
  StartedRun,
  TaskRun,
} from "./records.ts";
export type { RunEvent } from "./run-event.ts";
export {
  type ClientRunReporter,
  createRunReporter,
  type RunReporterOptions,
} from "./run-reporter.ts";
export type { SubscribeOptions } from "./subscribe.ts";
