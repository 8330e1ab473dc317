import type { SerializedEnvironment } from "@slipway/core";

/** Where no flow is examined: a Job that asks for nothing. */
export const EMPTY_ENVIRONMENT: SerializedEnvironment = Object.freeze({
  version: 1,
  type: "KubernetesJobEnvironment",
  arguments: {
    jobSpec: {
      apiVersion: "batch/v1",
      kind: "Job",
      spec: { template: { spec: { containers: [{}] } } },
    },
  },
});
