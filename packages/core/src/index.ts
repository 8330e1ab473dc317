export type {
  Diagnosis,
  Environment,
  EnvironmentLauncher,
  Infrastructure,
  LaunchRequest,
  Observation,
  RenderedLaunch,
  SerializedEnvironment,
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
export type { LogLevel, LogRecord, RunReporter, RunStart, TaskRunKey } from "./run-reporter.ts";
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
