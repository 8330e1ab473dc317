import type { JsonObject } from "@slipway/core";
import { textOf } from "../plain-read.ts";
import { kubernetesInvalid } from "./kubernetes-invalid.ts";
import { objectOf } from "./read-job.ts";
import { type KubernetesPolicy, parsePolicy } from "./retry-policy/policy.ts";

export const FIELD_VALIDATIONS = ["Strict", "Warn", "Ignore"] as const;

/** What the API server does about fields that it does not know. */
export type FieldValidation = (typeof FIELD_VALIDATIONS)[number];

/** The arguments of a `KubernetesJobEnvironment`, read once: with their defaults. */
export interface KubernetesArguments {
  /** The Job as the author gave it. */
  readonly job: JsonObject;
  readonly uniqueJobName: boolean;
  /** The argument's, else the manifest's own; undefined where both are silent: then it is the context's, else `default`. */
  readonly namespace: string | undefined;
  readonly context: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly fieldValidation: FieldValidation;
  readonly startTimeoutMs: number;
  readonly policy: KubernetesPolicy;
}

/** Reads what a `KubernetesJobEnvironment` stored. Throws `ENVIRONMENT_INVALID`. */
export function kubernetesArguments(args: JsonObject): KubernetesArguments {
  const job = objectOf(args["jobSpec"]);
  const policy = parsePolicy(args);
  return {
    job,
    uniqueJobName: args["uniqueJobName"] !== false,
    namespace: textOf(args["namespace"]) ?? textOf(objectOf(job["metadata"])["namespace"]),
    context: textOf(args["context"]),
    kubeconfig: textOf(args["kubeconfig"]),
    fieldValidation: fieldValidationOf(args),
    startTimeoutMs: policy.startTimeoutMs,
    policy,
  };
}

function fieldValidationOf({ fieldValidation = "Strict" }: JsonObject): FieldValidation {
  const found = FIELD_VALIDATIONS.find((name) => name === fieldValidation);
  if (found !== undefined) return found;
  throw kubernetesInvalid({
    path: "fieldValidation",
    problem: `is ${JSON.stringify(fieldValidation)}; give ${FIELD_VALIDATIONS.join(", ")}, or nothing for Strict`,
    given: fieldValidation,
    accepted: FIELD_VALIDATIONS,
  });
}
