export type {
  CallRate,
  ContainerLine,
  ContainerLogSink,
  Cost,
  Diagnosis,
  Environment,
  EnvironmentLauncher,
  Infrastructure,
  LaunchLedger,
  LaunchRequest,
  Observation,
  RenderedLaunch,
  RetryDecision,
  SerializedEnvironment,
  Timeline,
} from "./environment.ts";
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  type ExitCode,
  invariant,
  isErrorCode,
  isSlipwayError,
  messageOf,
  SlipwayError,
} from "./errors.ts";
export { checkTasks } from "./flow/check-flow.ts";
export {
  Edge,
  Flow,
  type FlowBuilder,
  type FlowOptions,
  isFlow,
  type Storage,
} from "./flow/flow.ts";
export { FLOW_STRUCTURE_SCHEMA } from "./flow/flow-structure-schema.ts";
export type { FlowTask, InputBinding } from "./flow/flow-task.ts";
export { Parameter, type ParameterOptions } from "./flow/parameter.ts";
export { type ParameterDefinition, parameterStructure } from "./flow/parameter-definition.ts";
export { parseStructure } from "./flow/parse-structure.ts";
export {
  isRef,
  type Ref,
  type RefTarget,
  type Source,
  type TaskShape,
  targetOf,
  type Unmapped,
  unmapped,
} from "./flow/ref.ts";
export { resolveParameters } from "./flow/resolve-parameters.ts";
export type { ResultContext, ResultWriter } from "./flow/result-writer.ts";
export { describeFlow, serializeFlow } from "./flow/serialize-flow.ts";
export {
  type InferInput,
  type InferOutput,
  issuePath,
  jsonSchemaOf,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
} from "./flow/standard-schema.ts";
export { type CallOptions, type Task, type TaskOptions, task } from "./flow/task.ts";
export type { TaskContext, TaskLogger } from "./flow/task-context.ts";
export { isTask, slugOf, type TaskDefinition } from "./flow/task-definition.ts";
export { downstreamsOf, orderTasks } from "./flow/task-order.ts";
export { resolveValue } from "./flow/wire-value.ts";
export type { NoInputs, Wired, WiredInputs } from "./flow/wired.ts";
export type {
  FlowDescription,
  FlowProcessCommand,
  FlowProcessMessage,
  RunCommandInput,
  SerializedStorage,
} from "./flow-process.ts";
export { canonicalJson, isPlainObject, type Json, type JsonObject } from "./json.ts";
export { nearest } from "./nearest.ts";
export {
  ENVIRONMENT_FILE_PATH,
  FLOW_COMMAND,
  FLOW_FILE_PATH,
  RESERVED_VARIABLES,
  type ReservedVariable,
  SETTING_PREFIX,
} from "./reserved.ts";
export type {
  LogLevel,
  LogRecord,
  ResourceUsage,
  RunReporter,
  RunStart,
  TaskRunKey,
} from "./run-reporter.ts";
export {
  assertCanBecome,
  canBecome,
  isFailed,
  isFinished,
  isStateType,
  isSuccessful,
  type ResultReference,
  STATE_TYPES,
  type State,
  type StateType,
} from "./state.ts";
export {
  type EdgeStructure,
  type FlowStructure,
  type ParameterStructure,
  STRUCTURE_VERSION,
  type TaskStructure,
} from "./structure.ts";
export { type Span, spansOf } from "./waterfall.ts";
