import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import type { JsonObject } from "@slipway/core";
import {
  type RecordingProxy,
  startKubeForwarder,
  startRecordingProxy,
  waitFor,
} from "@slipway/testing";
import { componentSetting } from "./component-settings.ts";
import { type Finished, FLOWS, runCli, type Stack, startStack } from "./harness.ts";

const NOWHERE = "http://127.0.0.1:9";

type ProxyHooks = Omit<Parameters<typeof startRecordingProxy>[0], "target">;

export interface KubernetesStack extends Stack {
  readonly client: SlipwayClient;
  /** Its own, made for it and deleted with it. */
  readonly namespace: string;
  /** All that the agent sent to the API server went through it. */
  readonly kube: RecordingProxy;
  /** Cuts the connections of the watches that go on. */
  cutWatches(): void;
  /** The API server as an administrator sees it. Throws where it does not answer with success. */
  callKube(method: string, path: string, body?: unknown): Promise<KubeObject>;
  /** The objects of a kind in the namespace, for example `jobs`, `pods`, `secrets`, `events`. */
  list(resource: string, query?: string): Promise<readonly KubeObject[]>;
  /** Registers the flow `any job` with this Job and these arguments. */
  registerJob(yaml: string, args?: object): Promise<Finished>;
  /** Makes a run of a flow, and answers its id. */
  createRun(flow: string, parameters?: JsonObject): Promise<string>;
  read(id: string): Promise<FlowRunDetail>;
  /** Waits until the run and its attempts are over, and answers it. */
  untilOver(id: string, timeoutMs?: number): Promise<FlowRunDetail>;
  untilState(id: string, state: string, timeoutMs?: number): Promise<FlowRunDetail>;
}

/** What the tests read of any Kubernetes object. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly uid: string }[];
    readonly deletionTimestamp?: string;
  };
  readonly [field: string]: unknown;
}

/** Where Job events of one resource lie. */
const GROUPS: Readonly<Record<string, string>> = { jobs: "/apis/batch/v1" };

/** A server, and a namespace of a real cluster behind a recording proxy, to which the agents' kubeconfig points. */
export async function startKubernetesStack(hooks: ProxyHooks = {}): Promise<KubernetesStack> {
  const forwarder = await startKubeForwarder(componentSetting("kubeconfig"));
  const kube = await startRecordingProxy({ ...hooks, target: forwarder.url });
  const call = (method: string, path: string, body?: unknown) =>
    callApi(forwarder.url, method, path, body);
  const namespace = await makeNamespace(call);
  const stack = await startStack({
    ecsEndpoint: NOWHERE,
    env: {
      TEST_REGISTRY: componentSetting("registry"),
      TEST_BASE_IMAGE: componentSetting("baseImage"),
    },
  });
  const kubeconfig = join(stack.home, "kubeconfig.json");
  await writeFile(kubeconfig, JSON.stringify(configurationOf(kube.url, namespace)));
  stack.env["KUBECONFIG"] = kubeconfig;
  const client = createClient({ url: `${stack.api.url}/graphql` });
  const read = async (id: string) => {
    const run = await client.flowRun(id);
    if (run === null || run === undefined) throw new Error(`No run ${id}`);
    return run;
  };
  return {
    ...stack,
    client,
    namespace,
    kube,
    cutWatches: forwarder.cutWatches,
    read,
    callKube: call,
    list: async (resource, query = "") => {
      const group = GROUPS[resource] ?? "/api/v1";
      const path = `${group}/namespaces/${namespace}/${resource}?${query}`;
      const { items } = await call("GET", path);
      return Array.isArray(items) ? items : [];
    },
    registerJob: async (yaml, args = {}) => {
      const file = join(stack.home, "any_job.yaml");
      await writeFile(file, yaml);
      const more = { TEST_JOB_SPEC: file, TEST_ARGUMENTS: JSON.stringify(args) };
      return runCli(["register", join(FLOWS, "kubernetes", "any-job.ts"), "--json"], {
        ...stack.env,
        ...more,
      });
    },
    createRun: async (flow, parameters = {}) =>
      (await client.createFlowRun({ project: "default", flow, parameters })).id,
    untilOver: (id, timeoutMs = 60_000) =>
      waitFor(
        async () => {
          const run = await read(id);
          const over =
            run.endTime !== null && run.attempts.every(({ endedAt }) => endedAt !== null);
          return over ? run : undefined;
        },
        { timeoutMs, intervalMs: 200, what: `the end of run ${id}` },
      ),
    untilState: (id, state, timeoutMs = 60_000) =>
      waitFor(
        async () => {
          const run = await read(id);
          return run.stateType === state ? run : undefined;
        },
        { timeoutMs, intervalMs: 200, what: `run ${id} to be ${state}` },
      ),
    close: async () => {
      await stack.close();
      await call("DELETE", `/api/v1/namespaces/${namespace}`);
      await kube.close();
      await forwarder.close();
    },
  };
}

async function makeNamespace(call: KubernetesStack["callKube"]): Promise<string> {
  const name = `slipway-e2e-${Math.random().toString(36).slice(2, 8)}`;
  await call("POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  });
  // A pod is refused until the controller has made the account that it gets by default.
  await waitFor(
    () => call("GET", `/api/v1/namespaces/${name}/serviceaccounts/default`).catch(() => undefined),
    { timeoutMs: 30_000 },
  );
  return name;
}

function configurationOf(server: string, namespace: string) {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster: { server } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace } }],
    users: [{ name: "test", user: {} }],
  };
}

async function callApi(url: string, method: string, path: string, body?: unknown) {
  const patch = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": patch } }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  const object: KubeObject = JSON.parse(text);
  return object;
}
