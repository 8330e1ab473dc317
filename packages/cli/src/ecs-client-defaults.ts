import type { EcsClientDefaults } from "@slipway/environments/launch";
import type { Context } from "./context.ts";
import { LOCAL_ECS } from "./dev-stack.ts";
import { parseUrl } from "./settings.ts";

/** How to reach ECS for environments that do not say it themselves. */
export function ecsClientDefaults(
  { settings }: Pick<Context, "settings">,
  { ecsEndpoint }: { readonly ecsEndpoint?: string },
): EcsClientDefaults {
  const endpoint = ecsEndpoint ? parseUrl(ecsEndpoint, "--ecs-endpoint") : settings.ecsEndpoint;
  return endpoint === undefined ? {} : { endpoint, ...(isLocal(endpoint) && LOCAL_ECS) };
}

/** An endpoint on loopback is no account: it gets no real credentials, and needs none to be set up. */
function isLocal(endpoint: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}
