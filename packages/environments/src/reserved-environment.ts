import {
  FLOW_FILE_PATH,
  type Json,
  type JsonObject,
  type LaunchRequest,
  RESERVED_VARIABLES,
  type ReservedVariable,
} from "@slipway/core";
import { isObject, objectsOf } from "./plain-read.ts";

/** What each of the ten variables says, for one attempt of one run. */
const VALUES: { readonly [Name in ReservedVariable]: (run: RunFacts) => string } = {
  SLIPWAY__CLOUD__GRAPHQL: (run) => run.apiUrl,
  SLIPWAY__CLOUD__AUTH_TOKEN: (run) => run.bootstrapToken,
  SLIPWAY__CONTEXT__FLOW_RUN_ID: (run) => run.flowRunId,
  SLIPWAY__CONTEXT__NAMESPACE: (run) => run.namespace,
  SLIPWAY__CONTEXT__IMAGE: (run) => run.image,
  SLIPWAY__CONTEXT__FLOW_FILE_PATH: () => FLOW_FILE_PATH,
  SLIPWAY__CLOUD__USE_LOCAL_SECRETS: () => "false",
  SLIPWAY__ENGINE__FLOW_RUNNER__DEFAULT_CLASS: () => "CloudFlowRunner",
  SLIPWAY__ENGINE__TASK_RUNNER__DEFAULT_CLASS: () => "CloudTaskRunner",
  SLIPWAY__LOGGING__LOG_TO_CLOUD: () => "true",
};

interface RunFacts extends LaunchRequest {
  readonly namespace: string;
}

/** Entries of a container's `environment` for some of the ten variables, in the order asked for. */
export function reservedEntries(
  names: readonly ReservedVariable[],
  request: LaunchRequest,
  namespace = "",
): readonly JsonObject[] {
  const run = { ...request, namespace };
  return names.map((name) => ({ name, value: VALUES[name](run) }));
}

/** The author's entries, in their order, without those that Slipway sets itself. */
export function authorEntries(given: Json | undefined): readonly JsonObject[] {
  return objectsOf(given).filter((entry) => !isReserved(entry));
}

const RESERVED: ReadonlySet<string> = new Set(RESERVED_VARIABLES);

/** Tells whether an entry stands under one of the ten names. */
export function isReserved(entry: Json): boolean {
  const name = isObject(entry) ? entry["name"] : undefined;
  return typeof name === "string" && RESERVED.has(name);
}
