// component: kubernetes
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@slipway/core";
import { KubernetesJobEnvironment } from "@slipway/environments";
import { doctorKubernetes, type KubernetesExamination } from "@slipway/environments/launch";
import { withTempDir } from "@slipway/testing";
import { afterEach, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import {
  adminKubeconfig,
  createAccount,
  createNamespace,
  type TestNamespace,
} from "./kube-admin.ts";

const namespaces: TestNamespace[] = [];
afterEach(async () => {
  for (const namespace of namespaces.splice(0)) await namespace.remove();
});

async function inNamespace(labels: JsonObject = {}): Promise<TestNamespace> {
  const namespace = await createNamespace("doctor", labels);
  namespaces.push(namespace);
  return namespace;
}

const RBAC = "rbac.authorization.k8s.io";

/** All that launching uses but what is `LACKING`. */
const PARTIAL = [
  { apiGroups: ["batch"], resources: ["jobs"], verbs: ["create", "get", "list"] },
  { apiGroups: [""], resources: ["secrets"], verbs: ["create", "get", "patch", "delete"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["events"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["resourcequotas"], verbs: ["list"] },
  { apiGroups: [""], resources: ["serviceaccounts", "namespaces"], verbs: ["get"] },
];
const LACKING = ["watch jobs", "delete jobs", "get pods/log"];

function job(podSpec: JsonObject = {}, more: JsonObject = {}) {
  return new KubernetesJobEnvironment({
    jobSpec: {
      apiVersion: "batch/v1",
      kind: "Job",
      spec: { ...more, template: { spec: { containers: [{ name: "flow" }], ...podSpec } } },
    },
  }).serialize();
}

const refuted = ({ checks }: KubernetesExamination) =>
  checks.filter(({ ok }) => ok === false).map(({ action }) => action);

const of = ({ checks }: KubernetesExamination, action: string) =>
  checks.find((check) => check.action === action);

/** What an apply of the printed documents does. */
async function apply(namespace: TestNamespace, yaml: string): Promise<void> {
  for (const document of parseAllDocuments(yaml)) {
    const object = document.toJS() as JsonObject;
    await namespace.create(`${RBAC}/v1/${String(object["kind"]).toLowerCase()}s`, object);
  }
}

describe("doctorKubernetes", () => {
  it("lists exactly the rights that are missing, and has nothing to say once its Role is applied", async () => {
    await withTempDir(async (folder) => {
      const namespace = await inNamespace();
      const kubeconfig = await createAccount(namespace, "agent", folder);
      const metadata = { name: "partial", namespace: namespace.name };
      await namespace.create(`${RBAC}/v1/roles`, {
        apiVersion: `${RBAC}/v1`,
        kind: "Role",
        metadata,
        rules: PARTIAL,
      });
      await namespace.create(`${RBAC}/v1/rolebindings`, {
        apiVersion: `${RBAC}/v1`,
        kind: "RoleBinding",
        metadata,
        roleRef: { apiGroup: RBAC, kind: "Role", name: "partial" },
        subjects: [{ kind: "ServiceAccount", name: "agent", namespace: namespace.name }],
      });
      const place = { kubeconfig, namespace: namespace.name };

      const before = await doctorKubernetes(job(), place);
      expect(refuted(before)).toEqual(LACKING);
      expect(of(before, "be known by the API server")?.message).toBe(
        `system:serviceaccount:${namespace.name}:agent`,
      );
      expect(of(before, "get pods/log")).toMatchObject({ optional: true });
      expect(of(before, "have the Job admitted")?.ok).toBe(true);
      // The agent makes no pods and reads no nodes: that is no fault of its rights.
      expect(of(before, "have the pod admitted")?.ok).toBeNull();
      expect(of(before, "find a node large enough")?.ok).toBeNull();

      await apply(namespace, before.role ?? "");
      const after = await doctorKubernetes(job(), place);
      expect(refuted(after)).toEqual([]);
      expect(after.role).toBeUndefined();
      for (const path of ["batch/v1/jobs", "v1/pods", "v1/secrets"]) {
        expect(await namespace.read(path)).toMatchObject({ items: [] });
      }
    });
  });

  it("says what the Job names that is not there, or not as it should be", async () => {
    const namespace = await inNamespace();
    await namespace.create("v1/secrets", {
      metadata: { name: "settings" },
      stringData: { here: "1" },
    });
    const env = [
      { name: "A", valueFrom: { secretKeyRef: { name: "settings", key: "here" } } },
      { name: "B", valueFrom: { secretKeyRef: { name: "settings", key: "absent" } } },
      { name: "C", valueFrom: { configMapKeyRef: { name: "none", key: "x", optional: true } } },
    ];
    const environment = job({
      serviceAccountName: "nobody",
      priorityClassName: "nothing",
      imagePullSecrets: [{ name: "settings" }, { name: "pull" }],
      containers: [{ name: "flow", env }],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "disk" } }],
    });
    const found = await doctorKubernetes(environment, {
      kubeconfig: adminKubeconfig(),
      namespace: namespace.name,
    });
    expect(refuted(found)).toEqual([
      "find the ServiceAccount nobody",
      "find the PriorityClass nothing",
      "find the Secret settings",
      "find the Secret pull",
      "find the PersistentVolumeClaim disk",
      "have the pod admitted",
    ]);
    expect(of(found, "find the Secret settings")?.message).toMatch(/^its type is Opaque/);
    expect(of(found, "find the Secret pull")?.advice).toContain("imagePullSecrets[1]");
  });

  it("says which key a Secret lacks", async () => {
    const namespace = await inNamespace();
    await namespace.create("v1/secrets", {
      metadata: { name: "settings" },
      stringData: { a: "1" },
    });
    const valueFrom = { secretKeyRef: { name: "settings", key: "absent" } };
    const found = await doctorKubernetes(
      job({ containers: [{ name: "flow", env: [{ name: "A", valueFrom }] }] }),
      { kubeconfig: adminKubeconfig(), namespace: namespace.name },
    );
    expect(of(found, "find the Secret settings")).toMatchObject({
      ok: false,
      message: "it has no key absent",
      advice: "add it, or correct `containers[0].env[0].valueFrom.secretKeyRef`",
    });
  });

  it("says what quota, limits, PodSecurity and the API server itself would refuse", async () => {
    const namespace = await inNamespace({ "pod-security.kubernetes.io/enforce": "restricted" });
    await namespace.create("v1/resourcequotas", {
      metadata: { name: "team" },
      spec: { hard: { "requests.memory": "1Gi", "count/jobs.batch": "5" } },
    });
    await namespace.create("v1/limitranges", {
      metadata: { name: "range" },
      spec: { limits: [{ type: "Container", max: { memory: "2Gi" } }] },
    });
    const resources = { requests: { memory: "1500Mi" }, limits: { memory: "3Gi" } };
    const environment = job({ containers: [{ name: "flow", resources }] }, { paralellism: 1 });
    const place = { kubeconfig: adminKubeconfig(), namespace: namespace.name };
    // The quota's own controller counts first.
    await expect
      .poll(async () => (await namespace.read("v1/resourcequotas/team"))["status"], {
        timeout: 20_000,
      })
      .toHaveProperty("used");
    const found = await doctorKubernetes(environment, place);
    expect(of(found, "find the namespace")?.message).toContain("enforces PodSecurity restricted");
    expect(of(found, "fit the ResourceQuotas")).toMatchObject({
      ok: false,
      message: "team: requests.memory: 0Mi of 1024Mi are used, and a run takes 1500Mi",
    });
    expect(of(found, "fit the LimitRanges")).toMatchObject({
      ok: false,
      message: "containers[0] has a limit of 3072Mi memory, and 2048Mi is the most",
    });
    expect(of(found, "have the Job admitted")?.message).toContain(
      'unknown field "spec.paralellism"',
    );
    expect(of(found, "have the pod admitted")?.ok).toBe(false);
  });

  it("finds a pod that PodSecurity refuses, which the Job does not show", async () => {
    const namespace = await inNamespace({ "pod-security.kubernetes.io/enforce": "restricted" });
    const place = { kubeconfig: adminKubeconfig(), namespace: namespace.name };
    const found = await doctorKubernetes(job({ hostPID: true }), place);
    expect(of(found, "have the Job admitted")?.ok).toBe(true);
    expect(of(found, "have the pod admitted")).toMatchObject({ ok: false });
    expect(of(found, "have the pod admitted")?.message).toContain("PodSecurity");
  });

  it("says so where the namespace is not there", async () => {
    const place = { kubeconfig: adminKubeconfig(), namespace: "there-is-no-such" };
    const found = await doctorKubernetes(undefined, place);
    expect(of(found, "find the namespace")).toMatchObject({
      ok: false,
      advice: expect.stringContaining("kubectl create namespace there-is-no-such"),
    });
  });

  it("stops at a cluster that does not answer, credentials that are not known, and a kubeconfig that is not there", async () => {
    await withTempDir(async (folder) => {
      const write = async (server: string, token: string) => {
        const cluster = { server, "insecure-skip-tls-verify": true };
        const kubeconfig = join(folder, `${token}.json`);
        const config = {
          "current-context": "x",
          clusters: [{ name: "x", cluster }],
          users: [{ name: "x", user: { token } }],
          contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
        };
        await writeFile(kubeconfig, JSON.stringify(config));
        return { kubeconfig };
      };
      const silent = await write("https://127.0.0.1:9", "any");
      expect(refuted(await doctorKubernetes(undefined, silent))).toEqual(["reach the API server"]);
      const namespace = await inNamespace();
      const unknown = await write(namespace.api.endpoint, "made-up");
      const refused = await doctorKubernetes(undefined, unknown);
      expect(refuted(refused)).toEqual(["reach the API server"]);
      expect(JSON.stringify(refused)).not.toContain("made-up");
      const absent = { kubeconfig: join(folder, "absent") };
      expect(refuted(await doctorKubernetes(undefined, absent))).toEqual(["find the cluster"]);
    });
  });
});
