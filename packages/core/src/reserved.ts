/** The prefix of every setting that is given as an environment variable: `SLIPWAY__SECTION__KEY`. */
export const SETTING_PREFIX = "SLIPWAY__";

/** The ten variables that Slipway sets in the first container, and nobody else. */
export const RESERVED_VARIABLES = [
  "SLIPWAY__CLOUD__GRAPHQL",
  "SLIPWAY__CLOUD__AUTH_TOKEN",
  "SLIPWAY__CONTEXT__FLOW_RUN_ID",
  "SLIPWAY__CONTEXT__NAMESPACE",
  "SLIPWAY__CONTEXT__IMAGE",
  "SLIPWAY__CONTEXT__FLOW_FILE_PATH",
  "SLIPWAY__CLOUD__USE_LOCAL_SECRETS",
  "SLIPWAY__ENGINE__FLOW_RUNNER__DEFAULT_CLASS",
  "SLIPWAY__ENGINE__TASK_RUNNER__DEFAULT_CLASS",
  "SLIPWAY__LOGGING__LOG_TO_CLOUD",
] as const;

export type ReservedVariable = (typeof RESERVED_VARIABLES)[number];

/** Where a flow's bundle stands in its image, and the command that runs it (exec form, so SIGTERM reaches it). */
export const FLOW_FILE_PATH = "/slipway/flow.mjs";
export const FLOW_COMMAND: readonly string[] = Object.freeze(["node", FLOW_FILE_PATH]);

/** Where `environment.json` stands in its layer. */
export const ENVIRONMENT_FILE_PATH = "/slipway/environment.json";
