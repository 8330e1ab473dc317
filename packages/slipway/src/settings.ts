import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type ReservedVariable, SlipwayError } from "@slipway/core";

export type Variables = Record<string, string | undefined>;

/** What a container is told about the flow run that it executes. */
export interface ContainerSettings {
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly bootstrapToken: string;
  readonly flowRunId: string;
  /** True where the platform may start the process once more before the agent could say so to the server. */
  readonly mayComeEarly: boolean;
}

/** The folder that local results stay in: `SLIPWAY__RESULTS__DIRECTORY`, else `results` in Slipway's data folder. */
export function readResultsDirectory(variables: Variables = process.env): string {
  const home = variables["SLIPWAY__HOME"] || join(homedir(), ".slipway");
  return resolve(variables["SLIPWAY__RESULTS__DIRECTORY"] || join(home, "results"));
}

/** Where ECS tells a container what its task is; undefined outside of ECS. */
export function readMetadataUri(variables: Variables = process.env): string | undefined {
  return variables["ECS_CONTAINER_METADATA_URI_V4"] || undefined;
}

/**
 * Reads a container's settings and removes the token from `variables`, so that no task, library or
 * child process finds it there. Throws `INVALID_ARGUMENT` where one is missing.
 */
export function takeContainerSettings(variables: Variables = process.env): ContainerSettings {
  const settings = {
    url: required(variables, "SLIPWAY__CLOUD__GRAPHQL"),
    bootstrapToken: required(variables, "SLIPWAY__CLOUD__AUTH_TOKEN"),
    flowRunId: required(variables, "SLIPWAY__CONTEXT__FLOW_RUN_ID"),
    // On Kubernetes alone there is a namespace.
    mayComeEarly: Boolean(variables["SLIPWAY__CONTEXT__NAMESPACE"]),
  };
  delete variables["SLIPWAY__CLOUD__AUTH_TOKEN"];
  return settings;
}

function required(variables: Variables, name: ReservedVariable): string {
  const value = variables[name];
  if (value) return value;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `The variable ${name} is not set, so there is no flow run to execute: run the flow file with "slipway run" instead`,
    { path: name, accepted: "a text that is not empty" },
  );
}
