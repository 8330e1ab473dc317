import type { KubeConfig } from "@kubernetes/client-node";
import { badConfig, brokenContext, noConfig, unknownContext } from "./access-errors.ts";

/** Which cluster, and as whom. */
export interface KubeTarget {
  /** A file; what is found by the usual rules where it is left out: KUBECONFIG, ~/.kube/config, the pod's service account. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** The name that the client gives to what it makes up where it finds nothing. */
const MADE_UP = "loaded-context";

/** Reads the configuration of a cluster. Throws `ENVIRONMENT_NOT_LAUNCHABLE`. */
export async function loadConfig({ kubeconfig, context }: KubeTarget): Promise<KubeConfig> {
  // Loaded here since it takes a third of a second and 78 MB.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw badConfig(error, kubeconfig !== undefined);
  }
  if (kubeconfig === undefined && config.currentContext === MADE_UP) throw noConfig();
  if (context !== undefined) config.setCurrentContext(context);
  check(config, context !== undefined);
  return config;
}

function check(config: KubeConfig, isArgument: boolean): void {
  const names = config.contexts.map(({ name }) => name);
  if (!names.includes(config.currentContext)) throw unknownContext(names, isArgument);
  if (config.getCurrentCluster() === null) throw brokenContext("cluster");
  if (config.getCurrentUser() === null) throw brokenContext("user");
}
