import { isSlipwayError, type SerializedEnvironment } from "@slipway/core";
import { loadConfig } from "../api/load-config.ts";
import { argumentsAt, type KubernetesPlace } from "../arguments-at.ts";
import { EMPTY_ENVIRONMENT } from "./empty-environment.ts";
import { roleYaml } from "./role.ts";

/**
 * The Role of an agent that launches this environment, as YAML. Asks no cluster; the kubeconfig is read only where
 * nothing else names the namespace, and then it may be missing. Throws `ENVIRONMENT_INVALID` and
 * `ENVIRONMENT_NOT_LAUNCHABLE`.
 */
export async function printedRole(
  environment: SerializedEnvironment = EMPTY_ENVIRONMENT,
  place: KubernetesPlace = {},
): Promise<string> {
  const args = argumentsAt(environment, place);
  return roleYaml(args.namespace ?? (await contextNamespace(args)) ?? "default");
}

async function contextNamespace(target: KubernetesPlace): Promise<string | undefined> {
  try {
    const config = await loadConfig(target);
    return config.getContextObject(config.currentContext)?.namespace;
  } catch (error) {
    // Without a cluster at hand it is the default; a file or context that was named has to be there.
    if (isSlipwayError(error) && target.kubeconfig === undefined && target.context === undefined) {
      return undefined;
    }
    throw error;
  }
}
