import type { JsonObject } from "@slipway/core";
import type { KubeApi } from "../api/kube-api.ts";
import type { FieldValidation } from "../kubernetes-arguments.ts";
import { podSpecOf } from "../read-job.ts";

/** What a doctor looks at: a namespace of a cluster, and what a launch would send there. */
export interface KubernetesSubject {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly secret: JsonObject;
  readonly job: JsonObject;
  readonly fieldValidation: FieldValidation;
}

/** Of the Job that would be sent. */
export function podSpecIn({ job }: KubernetesSubject): JsonObject {
  return podSpecOf(job);
}

/** How a check names the namespace. */
export function inNamespace({ namespace }: Pick<KubernetesSubject, "namespace">): string {
  return `namespace ${namespace}`;
}
