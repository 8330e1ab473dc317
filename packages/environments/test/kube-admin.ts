import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import type { JsonObject } from "@slipway/core";
import { type OpenKubeApi, openKubeApi } from "../src/kubernetes/api/http-kube-api.ts";

/** The tests' cluster, by its administrator's kubeconfig. Throws where the component runner did not start one. */
export function adminKubeconfig(): string {
  const path = process.env["SLIPWAY_TEST_KUBECONFIG"];
  if (!path) throw new Error("SLIPWAY_TEST_KUBECONFIG is not set: run npm run test:components");
  return path;
}

/** A namespace of a test's own, which goes with all that is in it. */
export interface TestNamespace {
  readonly name: string;
  readonly api: OpenKubeApi;
  create(path: string, object: JsonObject): Promise<JsonObject>;
  read(path: string): Promise<JsonObject>;
  remove(): Promise<void>;
}

/** Paths are below the namespace, for example `batch/v1/jobs`; of the core group `v1/secrets`. */
export async function createNamespace(
  prefix: string,
  labels: JsonObject = {},
): Promise<TestNamespace> {
  const api = await openKubeApi({ kubeconfig: adminKubeconfig() });
  const call = async (method: "GET" | "POST" | "DELETE", path: string, body?: JsonObject) => {
    const more = body === undefined ? {} : { body };
    return (await api.call({ operation: `${method} ${path}`, method, path, ...more })).body;
  };
  const name = `${prefix}-${Math.random().toString(36).slice(2, 8)}`;
  await call("POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  });
  const inside = (path: string) => {
    const [group = "", version = "", ...rest] = path.split("/");
    return group === "v1"
      ? `/api/v1/namespaces/${name}/${[version, ...rest].join("/")}`
      : `/apis/${group}/${version}/namespaces/${name}/${rest.join("/")}`;
  };
  return {
    name,
    api,
    create: (path, object) => call("POST", inside(path), object),
    read: (path) => call("GET", inside(path)),
    async remove() {
      await call("DELETE", `/api/v1/namespaces/${name}`);
      api.close();
    },
  };
}

/** A kubeconfig of somebody who has no right yet: a service account of the namespace. Answers its path. */
export async function createAccount(
  namespace: TestNamespace,
  name: string,
  folder: string,
): Promise<string> {
  const metadata = { name };
  await namespace.create("v1/serviceaccounts", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata,
  });
  const { status } = await namespace.create(`v1/serviceaccounts/${name}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: 3600 },
  });
  const config = new KubeConfig();
  config.loadFromFile(adminKubeconfig());
  const cluster = config.getCurrentCluster();
  if (cluster === null || typeof status !== "object" || status === null || !("token" in status)) {
    throw new Error("the cluster gave no token");
  }
  const path = join(folder, `${name}.kubeconfig`);
  const own = new KubeConfig();
  own.loadFromClusterAndUser(cluster, { name, token: String(status["token"]) });
  own.setCurrentContext(own.contexts[0]?.name ?? "");
  await writeFile(path, own.exportConfig());
  return path;
}
