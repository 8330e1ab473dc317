import { randomUUID } from "node:crypto";
import type { EnvironmentLauncher, Infrastructure, JsonObject, LaunchRequest } from "@slipway/core";
import {
  KubernetesJobEnvironment,
  type KubernetesJobEnvironmentOptions,
} from "@slipway/environments";
import { createLauncher } from "@slipway/environments/launch";
import { waitFor } from "@slipway/testing";
import { adminKubeconfig, type TestNamespace } from "./kube-admin.ts";
import { REQUEST } from "./launch-request.ts";

/** An image with Node, which a pod of the tests' cluster can pull. */
function nodeImage(): string {
  const image = process.env["SLIPWAY_TEST_BASE_IMAGE"];
  if (!image) throw new Error("SLIPWAY_TEST_BASE_IMAGE is not set: run npm run test:components");
  return image;
}

/** Another attempt at each call, of an installation of its own. */
export function requestOf(more: Partial<LaunchRequest> = {}): LaunchRequest {
  const [installationId, flowRunId, attemptId] = [randomUUID(), randomUUID(), randomUUID()];
  return { ...REQUEST, installationId, flowRunId, attemptId, image: nodeImage(), ...more };
}

/** What stands in for a flow's bundle: the image has none, so it comes as a file of a ConfigMap. */
export async function createScript(namespace: TestNamespace, name: string, script: string) {
  await namespace.create("v1/configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data: { "flow.mjs": script },
  });
}

/** A Job whose flow is the script of that name. */
export function jobWith(
  script: string,
  podSpec: JsonObject = {},
  spec: JsonObject = {},
): JsonObject {
  const { containers = [], ...others } = podSpec;
  const flow = {
    name: "harbour-main",
    volumeMounts: [{ name: "script", mountPath: "/slipway" }],
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "harbour-job" },
    spec: {
      ...spec,
      template: {
        spec: {
          terminationGracePeriodSeconds: 1,
          ...others,
          containers: [flow, ...(Array.isArray(containers) ? containers : [])],
          volumes: [{ name: "script", configMap: { name: script } }],
        },
      },
    },
  };
}

/** A container of the author's own beside the flow's. */
export function sidecar(name: string, script: string): JsonObject {
  return { name, image: nodeImage(), command: ["node", "-e", script] };
}

export function launcherFor(
  options: Omit<KubernetesJobEnvironmentOptions, "jobSpec" | "jobSpecFile"> & {
    readonly jobSpec: JsonObject;
  },
): Promise<EnvironmentLauncher> {
  const given = { kubeconfig: adminKubeconfig(), ...options };
  return createLauncher(new KubernetesJobEnvironment(given).serialize());
}

export async function untilStopped(launcher: EnvironmentLauncher, infrastructure: Infrastructure) {
  return waitFor(
    async () => {
      const observation = await launcher.observe(infrastructure);
      return observation.status === "stopped" && observation;
    },
    { timeoutMs: 90_000, intervalMs: 100, what: "the attempt to stop" },
  );
}

export async function untilRunning(launcher: EnvironmentLauncher, infrastructure: Infrastructure) {
  return waitFor(async () => (await launcher.observe(infrastructure)).status === "running", {
    timeoutMs: 60_000,
    what: "the attempt to run",
  });
}

/** Names of what a namespace has of a kind. */
export async function namesIn(namespace: TestNamespace, path: string): Promise<readonly string[]> {
  const { items } = await namespace.read(path);
  return Array.isArray(items)
    ? items.map((item) => String(Object(Object(item).metadata).name))
    : [];
}
