import type { V1Job } from "@kubernetes/client-node";
import { expectTypeOf, it } from "vitest";
import { scaleMemory } from "../retry-policy/scale-memory.ts";
import { KubernetesJobEnvironment } from "./kubernetes-job-environment.ts";
import type { JobManifest, KubernetesJobEnvironmentOptions } from "./options.ts";

it("takes a Job by the client's type, with texts for its dates", () => {
  expectTypeOf<keyof V1Job>().toEqualTypeOf<keyof JobManifest>();
  type Metadata = NonNullable<JobManifest["metadata"]>;
  expectTypeOf<Metadata["creationTimestamp"]>().toEqualTypeOf<string | undefined>();
  new KubernetesJobEnvironment({
    jobSpec: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "etl", labels: { team: "harbour" } },
      spec: {
        template: {
          spec: {
            containers: [{ name: "flow", resources: { limits: { memory: "4G" } } }],
            volumes: [{ name: "scratch", emptyDir: { sizeLimit: "1Gi" } }],
          },
        },
      },
    },
  });
});

it("takes a file, and what goes with either", () => {
  new KubernetesJobEnvironment({
    jobSpecFile: "job_spec.yaml",
    namespace: "flows",
    context: "prod",
    fieldValidation: "Warn",
    startTimeout: "20m",
    labels: ["k8s"],
    onInfrastructureFailure: {
      disruption: { retries: 5, delay: "30s" },
      outOfMemory: scaleMemory({ max: "16Gi" }),
      capacity: { deadline: "2h" },
    },
  });
  type Failure = NonNullable<KubernetesJobEnvironmentOptions["onInfrastructureFailure"]>;
  expectTypeOf<"nodeLost">().toExtend<keyof Failure>();
  expectTypeOf<"disruption">().toExtend<keyof Failure>();
});

it("refuses what it does not have", () => {
  // @ts-expect-error: an argument that there is not
  new KubernetesJobEnvironment({ jobSpecFile: "job.yaml", imageName: "flows" });
  const spot = { retries: 1 };
  // @ts-expect-error: a cause of Fargate's
  new KubernetesJobEnvironment({ jobSpecFile: "a", onInfrastructureFailure: { spot } });
  // @ts-expect-error: a cause that has no rule
  new KubernetesJobEnvironment({ jobSpecFile: "a", onInfrastructureFailure: { cancelled: spot } });
  // @ts-expect-error: a field that a Job does not have
  new KubernetesJobEnvironment({ jobSpec: { apiVersion: "batch/v1", kind: "Job", spek: {} } });
});
