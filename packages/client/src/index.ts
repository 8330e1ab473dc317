export {
  type BeginLaunchInput,
  type ClaimDefinitionInput,
  type ClaimWorkInput,
  type ClientOptions,
  type CreateFlowRunInput,
  createClient,
  type EndAttemptInput,
  type FlowRunsFilter,
  type LogsPage,
  type RecordObservationInput,
  type RecordRunInput,
  type RegisterFlowInput,
  type SharedRate,
  type SlipwayClient,
} from "./client.ts";
export type {
  AgentInfo,
  Attempt,
  AttemptDetail,
  BegunLaunch,
  Claim,
  ClaimedDefinition,
  ClaimedWork,
  FlowRun,
  FlowRunDetail,
  FlowSummary,
  FlowVersion,
  Log,
  Project,
  RecordedRun,
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
