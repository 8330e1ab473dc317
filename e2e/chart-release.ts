import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitFor } from "@slipway/testing";
import { Client } from "pg";
import { componentSetting } from "./component-settings.ts";
import type { Finished } from "./harness.ts";
import { type KubeClient, openKube } from "./kube-client.ts";
import { pushSlipwayImage, type SlipwayImage } from "./slipway-image.ts";

export const CHART = fileURLToPath(new URL("../charts/slipway", import.meta.url));

/** The chart before it is installed: namespaces of its own, a database, an image, and values that fit the test cluster. */
export interface ChartBed {
  readonly folder: string;
  readonly kube: KubeClient;
  /** Where server and agent go. */
  readonly namespace: string;
  /** Where Jobs go. */
  readonly runNamespace: string;
  readonly image: SlipwayImage;
  /** Where the server will listen. */
  readonly url: string;
  readonly apiKey: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Runs helm to its end, with an administrator's kubeconfig. */
  helm(...args: string[]): Promise<Finished>;
  /** Writes values into a file, and answers its path. */
  writeValues(values: object): Promise<string>;
  /** Whether PostgreSQL lets the server in. */
  allowConnections(allowed: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function makeChartBed(): Promise<ChartBed> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-chart-"));
  const kube = await openKube(componentSetting("kubeconfig"));
  const id = randomBytes(3).toString("hex");
  const [namespace, runNamespace] = [`slipway-chart-${id}`, `slipway-chart-${id}-runs`];
  for (const name of [namespace, runNamespace]) await makeNamespace(kube, name);
  const database = await makeDatabase(`slipway_chart_${id}`);
  const image = await pushSlipwayImage(
    componentSetting("registry"),
    componentSetting("baseImage"),
    folder,
  );
  const apiKey = randomBytes(16).toString("hex");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await kube.call("POST", `/api/v1/namespaces/${namespace}/secrets`, {
    metadata: { name: "given" },
    stringData: { "api-key": apiKey, url: database.url },
  });
  return {
    folder,
    kube,
    namespace,
    runNamespace,
    image,
    url,
    apiKey,
    values: valuesOf({ image, port, url, runNamespace, api: await addressOf(kube) }),
    helm: (...args) => runHelm(folder, args),
    writeValues: (values) => writeValues(folder, values),
    allowConnections: database.allowConnections,
    close: async () => {
      for (const name of [namespace, runNamespace])
        await kube.call("DELETE", `/api/v1/namespaces/${name}`);
      await kube.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Facts {
  readonly image: SlipwayImage;
  readonly port: number;
  readonly url: string;
  readonly runNamespace: string;
  /** The API server's host and port. */
  readonly api: readonly [string, string];
}

/**
 * The test cluster has no Services and no DNS, and its pods are on the host's network: everybody is at 127.0.0.1 there,
 * the API server too, and a port is taken once.
 */
function valuesOf({ image, port, url, runNamespace, api }: Facts) {
  const host = "127.0.0.1";
  const tcp = { tcpSocket: { port: "http", host }, periodSeconds: 1 };
  return {
    image: { repository: image.repository, digest: image.digest },
    apiKey: { existingSecret: "given" },
    database: { existingSecret: "given" },
    apiUrl: `${url}/graphql`,
    runs: { namespace: runNamespace },
    server: {
      host,
      port,
      strategy: { type: "Recreate" },
      startupProbe: tcp,
      livenessProbe: tcp,
      readinessProbe: { httpGet: { path: "/healthz", port: "http", host }, periodSeconds: 1 },
    },
    agent: {
      extraEnv: [
        { name: "KUBERNETES_SERVICE_HOST", value: api[0] },
        { name: "KUBERNETES_SERVICE_PORT", value: api[1] },
      ],
    },
  };
}

async function addressOf(kube: KubeClient): Promise<[string, string]> {
  const said = JSON.stringify(await kube.call("GET", "/api"));
  const { host = "", port = "" } =
    /"serverAddress":"(?<host>.+):(?<port>\d+)"/.exec(said)?.groups ?? {};
  return [host, port];
}

/** Makes a namespace in which pods can be made. */
export async function makeNamespace(
  kube: KubeClient,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  await kube.call("POST", "/api/v1/namespaces", { metadata: { name, labels } });
  // A pod is refused until the controllers have made what it gets by default.
  const isThere = (path: string) =>
    kube.call("GET", `/api/v1/namespaces/${name}/${path}`).catch(() => undefined);
  await waitFor(() => isThere("serviceaccounts/default"), { timeoutMs: 30_000 });
  await waitFor(() => isThere("configmaps/kube-root-ca.crt"), { timeoutMs: 30_000 });
}

async function makeDatabase(name: string) {
  const url = new URL(componentSetting("databaseUrl"));
  const client = new Client({ connectionString: url.href });
  await client.connect();
  await client.query(`create database ${name}`);
  url.pathname = name;
  const endConnections = () =>
    client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
      name,
    ]);
  return {
    url: url.href,
    allowConnections: async (allowed: boolean) => {
      await client.query(`alter database ${name} allow_connections ${allowed}`);
      if (!allowed) await endConnections();
    },
    close: async () => {
      await client.query(`drop database ${name} with (force)`);
      await client.end();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("There is no free port");
  return address.port;
}

/** Writes values into a file of the folder, and answers its path. */
export async function writeValues(folder: string, values: object): Promise<string> {
  const file = join(folder, `${randomBytes(4).toString("hex")}.json`);
  await writeFile(file, JSON.stringify(values));
  return file;
}

/** Runs helm to its end, with an administrator's kubeconfig and nothing of this machine's own settings. */
export function runHelm(folder: string, args: readonly string[]): Promise<Finished> {
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    KUBECONFIG: componentSetting("kubeconfig"),
  };
  return new Promise((resolve) => {
    execFile(componentSetting("helm"), args, { env }, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error ? 1 : 0;
      resolve({ code, stdout, stderr });
    });
  });
}
