import { setTimeout as sleep } from "node:timers/promises";

const HEARTBEAT_MS = 4_000;

/** A pod that was bound to the node, as far as it is read. */
export interface StandInPod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly StandInContainer[] };
  readonly status: { readonly phase: string };
}

export interface StandInContainer {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: {
      readonly secretKeyRef?: { readonly name: string; readonly key: string };
    };
  }[];
}

export interface StandInKubeletOptions {
  /** The API server over plain HTTP with an administrator's rights (`startKubeForwarder`). */
  readonly url: string;
  readonly nodeName: string;
  /** What the first container does, given its variables: resolves to its exit code. */
  readonly run: (env: Readonly<Record<string, string>>, pod: StandInPod) => Promise<number>;
}

/**
 * A node of a real cluster that runs no container: it takes the pods that the scheduler binds to it, sets the status
 * that a kubelet would set, and has `run` stand for the container. For thousands of pods, which no test machine runs.
 */
export async function startStandInKubelet(options: StandInKubeletOptions) {
  const api = new Api(options.url);
  const node = `/api/v1/nodes/${options.nodeName}`;
  await api.call("POST", "/api/v1/nodes", nodeOf(options.nodeName));
  const ended = new AbortController();
  const seen = new Set<string>();
  const take = (pod: StandInPod) => {
    if (pod.status.phase !== "Pending" || seen.has(pod.metadata.uid)) return;
    seen.add(pod.metadata.uid);
    void runPod(api, pod, options.run).catch(() => seen.delete(pod.metadata.uid));
  };
  const beating = beat(api, node, ended.signal);
  const following = follow(api, options.nodeName, take, ended.signal);
  return {
    close: async () => {
      ended.abort();
      await Promise.all([beating, following]);
      await api.call("DELETE", node);
    },
  };
}

async function runPod(api: Api, pod: StandInPod, run: StandInKubeletOptions["run"]): Promise<void> {
  const { namespace, name } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  const startedAt = new Date().toISOString();
  const running = (status: object) => ({
    status: { ...status, startTime: startedAt },
  });
  const container = pod.spec.containers[0];
  const status = { name: container?.name, image: container?.image, imageID: "", restartCount: 0 };
  const env = await variablesOf(api, pod);
  await api.patch(
    path,
    running({
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [
        { ...status, ready: true, started: true, state: { running: { startedAt } } },
      ],
    }),
  );
  const exitCode = await run(env, pod);
  const finishedAt = new Date().toISOString();
  const reason = exitCode === 0 ? "Completed" : "Error";
  const terminated = { exitCode, reason, startedAt, finishedAt };
  await api.patch(
    path,
    running({
      phase: exitCode === 0 ? "Succeeded" : "Failed",
      conditions: [{ type: "Ready", status: "False", reason: "PodCompleted" }],
      containerStatuses: [{ ...status, ready: false, started: false, state: { terminated } }],
    }),
  );
}

async function variablesOf(api: Api, { metadata, spec }: StandInPod) {
  const env: Record<string, string> = {};
  for (const { name, value = "", valueFrom } of spec.containers[0]?.env ?? []) {
    const ref = valueFrom?.secretKeyRef;
    if (ref === undefined) {
      env[name] = value;
      continue;
    }
    const secret = await api.call(
      "GET",
      `/api/v1/namespaces/${metadata.namespace}/secrets/${ref.name}`,
    );
    const data = Object(secret.data);
    env[name] = Buffer.from(String(data[ref.key]), "base64").toString("utf8");
  }
  return env;
}

/** The node controller takes a node that is silent for lost. */
async function beat(api: Api, node: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await api
      .patch(`${node}/status`, { status: statusOf() }, "application/strategic-merge-patch+json")
      .catch(() => undefined);
    await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Lists and watches the node's pods, again and again. */
async function follow(
  api: Api,
  nodeName: string,
  take: (pod: StandInPod) => void,
  signal: AbortSignal,
): Promise<void> {
  const path = `/api/v1/pods?fieldSelector=spec.nodeName=${nodeName}`;
  while (!signal.aborted) {
    await followOnce(api, path, take, signal).catch(() => undefined);
    await sleep(200, undefined, { signal }).catch(() => undefined);
  }
}

async function followOnce(
  api: Api,
  path: string,
  take: (pod: StandInPod) => void,
  signal: AbortSignal,
): Promise<void> {
  const { items = [], metadata } = await api.call("GET", path);
  for (const pod of items) take(pod);
  const watch = `${path}&watch=1&resourceVersion=${metadata?.resourceVersion ?? ""}`;
  for await (const line of api.lines(watch, signal)) {
    const { type, object } = JSON.parse(line);
    if (type === "ADDED" || type === "MODIFIED") take(object);
  }
}

function nodeOf(name: string) {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name } },
    status: statusOf(),
  };
}

function statusOf() {
  const now = new Date().toISOString();
  const room = { cpu: "100000", memory: "100Ti", pods: "100000" };
  const ready = { type: "Ready", status: "True", reason: "StandIn", message: "" };
  return {
    capacity: room,
    allocatable: room,
    conditions: [{ ...ready, lastHeartbeatTime: now, lastTransitionTime: now }],
  };
}

interface Answer {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly items?: readonly StandInPod[];
  readonly data?: unknown;
}

class Api {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async call(method: string, path: string, body?: object, type = "application/json") {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": type } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    const parsed: Answer = JSON.parse(text);
    return parsed;
  }

  patch(path: string, body: object, type = "application/merge-patch+json") {
    return this.call("PATCH", path, body, type);
  }

  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const answer = await fetch(`${this.#url}${path}`, { signal });
    if (!answer.ok || answer.body === null) throw new Error(`${path}: ${answer.status}`);
    let rest = "";
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }
}
