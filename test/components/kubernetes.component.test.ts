// component: kubernetes registry
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { type KubeForwarder, startKubeForwarder, waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentSetting } from "../../e2e/component-settings.ts";
import { kubernetesSettings } from "../../e2e/kubernetes-settings.ts";

const run = promisify(execFile);
const BUSYBOX = "slipway.test/busybox:1";
const PODS = "/api/v1/namespaces/default/pods";
const JOBS = "/apis/batch/v1/namespaces/default/jobs";
const NODE = "/api/v1/nodes/localhost";

const { kubeconfig, helm, node, control } = kubernetesSettings();
let api: KubeForwarder;
beforeAll(async () => {
  api = await startKubeForwarder(kubeconfig);
});
afterAll(() => api.close());

interface Condition {
  readonly type: string;
  readonly status: string;
}

interface KubeObject {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
  readonly items?: readonly KubeObject[];
}

async function read(path: string): Promise<string> {
  // Without etcd the API server would let a call wait for a minute.
  const answer = await fetch(`${api.url}${path}`, { signal: AbortSignal.timeout(5_000) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`GET ${path}: ${text}`);
  return text;
}

const find = (path: string): Promise<KubeObject> => read(path).then((text) => JSON.parse(text));

async function create(path: string, object: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(object);
  const answer = await fetch(`${api.url}${path}`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`POST ${path}: ${await answer.text()}`);
}

const statusOf = (object: KubeObject, type: string) =>
  object.status?.conditions?.find((condition) => condition.type === type)?.status;

/** Runs a Job of one container to its end, and answers what it printed. */
async function runJob(name: string, container: object): Promise<string> {
  await create(JOBS, {
    metadata: { name },
    spec: {
      backoffLimit: 0,
      template: {
        spec: { restartPolicy: "Never", containers: [{ name: "main", ...container }] },
      },
    },
  });
  await waitFor(async () => statusOf(await find(`${JOBS}/${name}`), "Complete") === "True", {
    timeoutMs: 60_000,
    what: `the end of the Job ${name}`,
  });
  const { items = [] } = await find(`${PODS}?labelSelector=job-name=${name}`);
  return (await read(`${PODS}/${items[0]?.metadata.name}/log`)).trim();
}

describe("the cluster made on the spot", () => {
  it("has a real kubelet, which runs a Job to its end and hands out its log", async () => {
    expect(node).toBe("kubelet");
    expect(await runJob("hello", { image: BUSYBOX, args: ["-c", "echo hello"] })).toBe("hello");
  });

  it("pulls images from the registry", async () => {
    const container = {
      image: componentSetting("baseImage"),
      command: ["node", "-p", "process.version"],
    };
    expect(await runJob("pulled", container)).toBe(process.version);
  });

  it("lets a pod reach what listens at 127.0.0.1 of the machine", async () => {
    const server = createServer((_request, response) => response.end("from the test"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const args = ["-c", `wget -q -O - http://127.0.0.1:${port}`];
    try {
      expect(await runJob("caller", { image: BUSYBOX, args })).toBe("from the test");
    } finally {
      server.close();
    }
  });

  it("lets a pod find the API server, and call it with the rights that it was given: none", async () => {
    const secrets = "/var/run/secrets/kubernetes.io/serviceaccount";
    const script = `
      const token = require("fs").readFileSync("${secrets}/token", "utf8");
      const headers = { authorization: "Bearer " + token };
      const ask = (path) => fetch("https://" + process.env.KUBERNETES_SERVICE_HOST + path, { headers });
      Promise.all(["/version", "${PODS}"].map(ask)).then((all) => console.log(all.map((one) => one.status).join(" ")));`;
    const container = {
      image: componentSetting("baseImage"),
      command: ["node", "-e", script],
      env: [{ name: "NODE_EXTRA_CA_CERTS", value: `${secrets}/ca.crt` }],
    };
    expect(await runJob("insider", container)).toBe("200 403");
  });

  it("streams a list before it watches, as a new etcd lets it", async () => {
    const query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
    const path = `${JOBS}?${query}&allowWatchBookmarks=true&timeoutSeconds=2`;
    expect(await read(path)).toContain('"k8s.io/initial-events-end":"true"');
  });

  it("comes with helm", async () => {
    expect((await run(helm, ["version", "--short"])).stdout).toMatch(/^v3\./);
  });
});

describe("a program of the cluster", () => {
  it.each([
    { program: "apiserver", end: "stop" },
    { program: "etcd", end: "kill" },
  ] as const)(
    "is gone after $end, and knows everything when it starts again: $program",
    async (how) => {
      const { program, end } = how;
      const path = "/api/v1/namespaces/default/configmaps";
      await create(path, { metadata: { name: program }, data: { known: "yes" } });
      const find = () => read(`${path}/${program}`);
      await control[end](program);
      await expect(find()).rejects.toThrow();
      await control.start(program);
      expect(await waitFor(find, { timeoutMs: 30_000 })).toContain('"known":"yes"');
    },
  );

  it("does its work again after a crash", async () => {
    for (const program of ["controller-manager", "scheduler"] as const) {
      await control.kill(program);
      await control.start(program);
    }
    expect(await runJob("after", { image: BUSYBOX, args: ["-c", "echo after"] })).toBe("after");
  });
});

describe("a node whose kubelet stops", () => {
  const isReady = async (wanted: string) => statusOf(await find(NODE), "Ready") === wanted;

  it("is seen as lost, loses its pods and comes back", async () => {
    const toleration = { key: "node.kubernetes.io/unreachable", tolerationSeconds: 1 };
    await create(PODS, {
      metadata: { name: "lost" },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: "main", image: BUSYBOX, args: ["-c", "sleep 600"] }],
        tolerations: [{ ...toleration, operator: "Exists", effect: "NoExecute" }],
      },
    });
    const pod = () => find(`${PODS}/lost`);
    const running = async () => (await pod()).status?.phase === "Running";
    await waitFor(running, { timeoutMs: 30_000 });
    await control.stop("kubelet");
    await waitFor(() => isReady("Unknown"), { timeoutMs: 45_000 });
    const isDeleted = async () => (await pod()).metadata.deletionTimestamp !== undefined;
    await waitFor(isDeleted, { timeoutMs: 30_000 });
    expect(statusOf(await pod(), "DisruptionTarget")).toBe("True");
    await control.start("kubelet");
    await waitFor(() => isReady("True"), { timeoutMs: 30_000 });
    const isGone = () =>
      pod().then(
        () => false,
        () => true,
      );
    await waitFor(isGone, { timeoutMs: 60_000 });
  });
});
