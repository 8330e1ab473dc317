import type { ECSClientConfig } from "@aws-sdk/client-ecs";
import type { JsonObject } from "@slipway/core";
import { isObject, textOf, without } from "../plain-read.ts";
import type { FargatePrices } from "./cost/prices.ts";
import { CLIENT_FIELDS } from "./fields.ts";
import type { StaticCredentials } from "./options.ts";

/** What an agent gives for environments that say nothing of it themselves. */
export interface EcsClientDefaults {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: StaticCredentials | undefined;
}

/** What an agent gives for launchers beside what they call AWS with. */
export interface LauncherDefaults extends EcsClientDefaults {
  /** Replaces the table of prices that ships with Slipway. */
  readonly prices?: FargatePrices | undefined;
}

/** A call that hangs must not hang the agent: the SDK alone would wait for ever. */
const HTTP_LIMITS = {
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
};

/** The ECS client's configuration: the author's arguments, then the agent's, then the SDK's own chain. */
export function clientConfig(args: JsonObject, defaults: EcsClientDefaults = {}): ECSClientConfig {
  const names = Object.keys(args).filter((name) => isClientData(name) && args[name] !== "");
  // Copies, since the SDK writes into the credentials that it is given.
  const given = Object.fromEntries(
    names.map((name) => [name, structuredClone(args[name] ?? null)]),
  );
  const region = textOf(args["regionName"]);
  const aliased = aliasedCredentials(args);
  const handler = given["requestHandler"];
  return {
    ...defined(defaults),
    ...(region === undefined ? {} : { region }),
    ...(aliased === undefined ? {} : { credentials: aliased }),
    // The names are checked against the client's own; the values are for AWS to check.
    ...(without(given, "requestHandler") as ECSClientConfig),
    requestHandler: { ...HTTP_LIMITS, ...(isObject(handler) ? handler : {}) },
  };
}

function isClientData(name: string): boolean {
  const fields: Readonly<Record<string, string>> = CLIENT_FIELDS;
  return Object.hasOwn(fields, name) && fields[name] === "data";
}

function aliasedCredentials(args: JsonObject) {
  const accessKeyId = textOf(args["awsAccessKeyId"]);
  const secretAccessKey = textOf(args["awsSecretAccessKey"]);
  const sessionToken = textOf(args["awsSessionToken"]);
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function defined({ endpoint, region, credentials }: EcsClientDefaults) {
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
  };
}
