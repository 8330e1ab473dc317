import type { ECSClientConfig } from "@aws-sdk/client-ecs";

/** What ECS's client and those of AWS's other services have in common. */
const SHARED = [
  "region",
  "credentials",
  "profile",
  "maxAttempts",
  "retryMode",
  "requestHandler",
  "defaultsMode",
  "useDualstackEndpoint",
  "useFipsEndpoint",
  "customUserAgent",
  "userAgentAppId",
  "endpoint",
] as const satisfies readonly (keyof ECSClientConfig)[];

export type ServiceConfig = Pick<ECSClientConfig, (typeof SHARED)[number]>;

/**
 * The configuration of another service's client: the same credentials and region. An endpoint goes along only where
 * one address serves everything, as local Fargate does; AWS's own addresses are for one service each.
 */
export function serviceConfig(config: ECSClientConfig): ServiceConfig {
  const own = Object.fromEntries(
    SHARED.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]]])),
  );
  if (!servesAll(config.endpoint)) delete own["endpoint"];
  // A copy, since a client writes into the credentials that it is given.
  return structuredClone(own);
}

/** Tells whether the endpoint is none of AWS's, and so may serve other services, too. */
export function servesAll(endpoint: ECSClientConfig["endpoint"]): endpoint is string {
  if (typeof endpoint !== "string" || !URL.canParse(endpoint)) return false;
  return !/\.(amazonaws\.com(\.cn)?|api\.aws)$/i.test(new URL(endpoint).hostname);
}
