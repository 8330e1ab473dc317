import type { JsonObject } from "@slipway/core";
import type { KubernetesPolicy } from "./retry-policy/policy.ts";

/** The arguments of a `KubernetesJobEnvironment`, read once: with their defaults. */
export interface KubernetesArguments {
  /** The Job as the author gave it. */
  readonly job: JsonObject;
  readonly uniqueJobName: boolean;
  /** The argument's, else the manifest's own; undefined where both are silent: then it is the context's, else `default`. */
  readonly namespace: string | undefined;
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly fieldValidation: "Strict" | "Warn" | "Ignore";
  readonly startTimeoutMs: number;
  readonly policy: KubernetesPolicy;
}
