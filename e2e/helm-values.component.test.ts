// component: kubernetes
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { CHART, makeNamespace, runHelm, writeValues } from "./chart-release.ts";
import { componentSetting } from "./component-settings.ts";
import { type KubeClient, openKube } from "./kube-client.ts";

const NAMESPACE = `slipway-values-${randomBytes(3).toString("hex")}`;

let folder: string;
let kube: KubeClient;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-values-"));
  kube = await openKube(componentSetting("kubeconfig"));
  await makeNamespace(kube, NAMESPACE, { "pod-security.kubernetes.io/warn": "restricted" });
});
afterAll(async () => {
  await kube.call("DELETE", `/api/v1/namespaces/${NAMESPACE}`);
  await kube.close();
  await rm(folder, { recursive: true, force: true });
});

/** Every pod here is given the host's network by the cluster itself; with a second fault the warning would go on. */
const OF_THE_CLUSTER = 'restricted:latest\\": host namespaces (hostNetwork=true)"';

const IMAGE = { repository: "registry.example.com/slipway" };
const SECRETS = { apiKey: { existingSecret: "given" }, database: { existingSecret: "given" } };
const LEAST = { image: IMAGE, ...SECRETS };

const POD = {
  podAnnotations: { "example.com/a": "1" },
  podLabels: { team: "harbour" },
  extraEnv: [{ name: "NODE_OPTIONS", value: "--max-old-space-size=300" }],
  extraVolumes: [{ name: "ca", configMap: { name: "ca" } }],
  extraVolumeMounts: [{ name: "ca", mountPath: "/etc/ca" }],
  nodeSelector: { "kubernetes.io/os": "linux" },
  tolerations: [{ key: "a", operator: "Exists" }],
  affinity: { podAntiAffinity: {} },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { "app.kubernetes.io/name": "slipway" } },
    },
  ],
  priorityClassName: "system-cluster-critical",
};

const ALL = {
  image: { ...IMAGE, digest: `sha256:${"a".repeat(64)}` },
  imagePullSecrets: [{ name: "pull" }],
  fullnameOverride: "a-name-of-fifty-characters-and-more-as-people-do-give-them",
  commonLabels: { "example.com/cost": "1" },
  apiKey: { value: "0123456789abcdef" },
  database: { url: "postgresql://slipway:a%20b@db:5432/slipway?sslmode=verify-full" },
  runs: { namespace: NAMESPACE },
  serviceAccounts: { agent: { annotations: { "example.com/role": "a" } } },
  server: {
    ...POD,
    replicas: 2,
    host: "::",
    service: { type: "LoadBalancer", port: 80, nodePort: 30_123, annotations: { a: "b" } },
    ingress: { enabled: true, className: "a", host: "slipway.example.com", tlsSecret: "tls" },
    podDisruptionBudget: { enabled: true, maxUnavailable: "50%" },
    networkPolicy: { enabled: true, from: [{ namespaceSelector: {} }] },
  },
  agent: { ...POD, replicas: 2, labels: ["prod", "eu"], registrySecret: "registry" },
};

const SETS: readonly { readonly name: string; readonly values: object; readonly kinds: object }[] =
  [
    { name: "the least", values: LEAST, kinds: { Deployment: 2, Role: 1, Secret: 0, Ingress: 0 } },
    {
      name: "all there is",
      values: ALL,
      kinds: { Deployment: 2, Secret: 1, Ingress: 1, NetworkPolicy: 1, PodDisruptionBudget: 1 },
    },
    {
      name: "an agent alone",
      values: {
        ...LEAST,
        database: {},
        server: { enabled: false },
        apiUrl: "https://slipway.example.com/graphql",
      },
      kinds: { Deployment: 1, Service: 0, Role: 1 },
    },
    {
      name: "a server alone",
      values: { ...LEAST, agent: { enabled: false } },
      kinds: { Deployment: 1, Service: 1, Role: 0, RoleBinding: 0 },
    },
    {
      name: "accounts that are there",
      values: {
        ...LEAST,
        serviceAccounts: { server: { create: false }, agent: { create: false, name: "mine" } },
        server: { strategy: { type: "Recreate" } },
      },
      kinds: { ServiceAccount: 0, RoleBinding: 1 },
    },
  ];

describe("the chart's objects", () => {
  it.each(SETS)("are taken by the API server: $name", async ({ values, kinds }) => {
    const file = await writeValues(folder, values);
    const linted = await runHelm(folder, ["lint", "--strict", CHART, "--values", file]);
    expect(linted, linted.stdout + linted.stderr).toMatchObject({ code: 0 });
    const objects = await render(file);
    const counted = Object.keys(kinds).map((kind) => [
      kind,
      objects.filter((object) => object.kind === kind).length,
    ]);
    expect(Object.fromEntries(counted)).toEqual(kinds);
    const before = kube.warnings.length;
    for (const object of objects) await tryOut(object);
    const warnings = kube.warnings.slice(before).filter((text) => !text.includes(OF_THE_CLUSTER));
    expect(warnings).toEqual([]);
  });
});

const REFUSED: readonly { readonly values: object; readonly words: string }[] = [
  { values: {}, words: "image.repository is empty: build Slipway's image" },
  {
    values: { image: IMAGE },
    words: "apiKey.existingSecret is empty, and the server demands a key",
  },
  {
    values: { image: IMAGE, apiKey: SECRETS.apiKey },
    words: "database.existingSecret is empty: in a cluster the server needs a PostgreSQL of yours",
  },
  {
    values: { ...LEAST, database: { existingSecret: "a", url: "postgresql://db/a" } },
    words: "database.existingSecret and database.url are both given",
  },
  {
    values: { ...LEAST, apiKey: { existingSecret: "a", value: "0123456789abcdef" } },
    words: "apiKey.existingSecret and apiKey.value are both given",
  },
  {
    values: { ...LEAST, server: { ingress: { enabled: true } } },
    words: "server.ingress.host is empty",
  },
  {
    values: { image: IMAGE, apiKey: SECRETS.apiKey, server: { enabled: false } },
    words: "apiUrl is empty, and server.enabled is false",
  },
  {
    values: { ...LEAST, server: { enabled: false }, agent: { enabled: false }, apiUrl: "http://a" },
    words: "there is nothing to install",
  },
  {
    values: { ...LEAST, serviceAccounts: { agent: { create: false } } },
    words: "name the ServiceAccount that the agent runs as",
  },
  {
    values: { ...LEAST, agent: { lables: ["prod"] } },
    words: "at '/agent': additional properties 'lables' not allowed",
  },
  {
    values: { ...LEAST, server: { port: "4200" } },
    words: "at '/server/port': got string, want integer",
  },
  { values: { ...LEAST, server: { port: 70_000 } }, words: "at '/server/port': maximum" },
  { values: { ...LEAST, apiKey: { value: "short" } }, words: "at '/apiKey/value': '" },
  { values: { ...LEAST, database: { url: "mysql://db" } }, words: "at '/database/url': '" },
  { values: { ...LEAST, agent: { labels: ["a,b"] } }, words: "at '/agent/labels/0': '" },
  {
    values: { ...LEAST, apiUrl: "slipway:4200" },
    words: "at '/apiUrl': 'slipway:4200' does not match",
  },
  {
    values: { ...LEAST, runs: { namespace: "Runs" } },
    words: "at '/runs/namespace': 'Runs' does not",
  },
];

describe("values that do not fit", () => {
  it.each(REFUSED)("are refused before anything is made: $words", async ({ values, words }) => {
    const file = await writeValues(folder, values);
    const refused = await template(file);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(words);
  });
});

/** The `helm install` commands that a page prints, word for word. */
async function printedCommands(page: string): Promise<readonly (readonly string[])[]> {
  const text = await readFile(new URL(`../${page}`, import.meta.url), "utf8");
  return [...text.replaceAll("\\\n", "").matchAll(/^helm install (?<words>.*)$/gm)].map(
    ({ groups }) => (groups?.["words"] ?? "").replaceAll("'", "").split(/ +/),
  );
}

describe("the commands of the pages", () => {
  it.each(["charts/slipway/README.md", "docs/guides/deploying.md"])("render: %s", async (page) => {
    const commands = await printedCommands(page);
    expect(commands.length).toBeGreaterThan(0);
    for (const [release = "", , ...flags] of commands) {
      const args = flags.filter((flag) => flag !== "--wait");
      const rendered = await runHelm(folder, ["template", release, CHART, ...OF_THIS_AGE, ...args]);
      expect(rendered, rendered.stderr + args.join(" ")).toMatchObject({ code: 0 });
    }
  });
});

/** A helm that is built from its module takes a cluster without a name for a very old one. */
const OF_THIS_AGE = ["--kube-version", "1.34.0"];

function template(file: string) {
  const args = ["template", "harbour", CHART, "--namespace", NAMESPACE, "--values", file];
  return runHelm(folder, [...args, ...OF_THIS_AGE]);
}

interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace: string };
  readonly spec?: object;
}

async function render(file: string): Promise<readonly Rendered[]> {
  const { code, stdout, stderr } = await template(file);
  if (code !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document): Rendered => document.toJS());
}

const PLURALS: Readonly<Record<string, string>> = {
  Ingress: "ingresses",
  NetworkPolicy: "networkpolicies",
};

/** Has the API server check an object as strictly as it can, without making it. */
async function tryOut(object: Rendered): Promise<void> {
  const { apiVersion, kind, metadata, spec } = object;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const resource = PLURALS[kind] ?? `${kind.toLowerCase()}s`;
  const path = `${root}/namespaces/${metadata.namespace}/${resource}`;
  // The account of a pod was tried out as well, and so is not there.
  const tried =
    kind === "Pod" ? { ...object, spec: { ...spec, serviceAccountName: "default" } } : object;
  await kube.call("POST", `${path}?dryRun=All&fieldValidation=Strict`, tried);
}
