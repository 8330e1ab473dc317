import type { EcsClientDefaults } from "@slipway/environments/launch";
import type { Context } from "./context.ts";
import { LOCAL_ECS } from "./dev-stack.ts";
import { parseUrl } from "./settings.ts";

/**
 * How to reach ECS for environments that do not say it themselves. The SDK's own variable is read here, too, since
 * an endpoint that is none of AWS's also keeps the containers' logs.
 */
export function ecsClientDefaults(
  { settings }: Pick<Context, "settings">,
  { ecsEndpoint }: { readonly ecsEndpoint?: string },
): EcsClientDefaults {
  const endpoint = ecsEndpoint ? parseUrl(ecsEndpoint, "--ecs-endpoint") : settings.ecsEndpoint;
  if (endpoint !== undefined) return { endpoint, ...(isLocal(endpoint) && LOCAL_ECS) };
  const { AWS_ENDPOINT_URL_ECS: ofEcs, AWS_ENDPOINT_URL: ofAll } = settings.environment;
  const configured = ofEcs ?? ofAll;
  return configured && URL.canParse(configured) ? { endpoint: configured } : {};
}

/** An endpoint on loopback is no account: it gets no real credentials, and needs none to be set up. */
function isLocal(endpoint: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}
