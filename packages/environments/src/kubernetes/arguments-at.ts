import type { JsonObject, SerializedEnvironment } from "@slipway/core";
import { checkStoredType } from "../stored-type.ts";
import type { KubeTarget } from "./api/load-config.ts";
import { type KubernetesArguments, kubernetesArguments } from "./kubernetes-arguments.ts";

/** Where to look, in place of what the environment's arguments say. */
export interface KubernetesPlace extends KubeTarget {
  readonly namespace?: string | undefined;
}

/** Throws `ENVIRONMENT_INVALID`, and `ENVIRONMENT_NOT_LAUNCHABLE` for another type of environment. */
export function argumentsAt(
  environment: SerializedEnvironment,
  { namespace, context, kubeconfig }: KubernetesPlace,
): KubernetesArguments {
  checkStoredType(environment, "KubernetesJobEnvironment");
  const given: JsonObject = {
    ...environment.arguments,
    ...(namespace === undefined ? {} : { namespace }),
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
  return kubernetesArguments(given);
}
