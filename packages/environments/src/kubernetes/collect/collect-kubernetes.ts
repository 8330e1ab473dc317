import type { SerializedEnvironment } from "@slipway/core";
import { openKubeApi } from "../api/http-kube-api.ts";
import type { KubeTarget } from "../api/load-config.ts";
import { argumentsAt } from "../arguments-at.ts";
import { type CollectedJobs, type CollectJobsOptions, collectJobs } from "./collect-jobs.ts";

export interface CollectKubernetesOptions
  extends Omit<CollectJobsOptions, "namespace">,
    KubeTarget {}

/**
 * Removes what an installation left in the namespace of a `KubernetesJobEnvironment`, of all its flows; see
 * {@link collectJobs}. Throws `ENVIRONMENT_NOT_LAUNCHABLE` where the cluster cannot be found.
 */
export async function collectKubernetes(
  environment: SerializedEnvironment,
  { context, kubeconfig, ...options }: CollectKubernetesOptions,
): Promise<CollectedJobs> {
  const args = argumentsAt(environment, { context, kubeconfig });
  const api = await openKubeApi(args);
  try {
    const namespace = args.namespace ?? api.contextNamespace ?? "default";
    return await collectJobs(api, { ...options, namespace });
  } finally {
    api.close();
  }
}
