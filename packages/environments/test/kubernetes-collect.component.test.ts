// component: kubernetes
import type { JsonObject } from "@slipway/core";
import { KubernetesJobEnvironment } from "@slipway/environments";
import { type CollectKubernetesOptions, collectKubernetes } from "@slipway/environments/launch";
import { withTempDir } from "@slipway/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  adminKubeconfig,
  createAccount,
  createNamespace,
  type TestNamespace,
} from "./kube-admin.ts";

const OWN = "7f1e2d3c-0000-4000-8000-00000000abcd";
const OTHER = "7f1e2d3c-0000-4000-8000-00000000abce";
const LONG_AGO = "2026-01-01T00:00:00Z";

let namespace: TestNamespace;
beforeEach(async () => {
  namespace = await createNamespace("collect");
});
afterEach(() => namespace.remove());

const labelsOf = (installation: string, run: string) => ({
  "slipway.dev/installation": installation,
  "slipway.dev/identifier": `${run}-1`,
  "slipway.dev/flow_run_id": run,
});

/** A Job that never starts a pod. */
function createJob(name: string, labels: JsonObject): Promise<JsonObject> {
  const container = { name: "flow", image: "slipway.test/none" };
  return namespace.create("batch/v1/jobs", {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels },
    spec: {
      suspend: true,
      template: { spec: { restartPolicy: "Never", containers: [container] } },
    },
  });
}

const createSecret = (name: string, labels: JsonObject, more: JsonObject = {}) =>
  namespace.create("v1/secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, labels, ...more },
  });

async function names(path: string): Promise<readonly string[]> {
  const { items } = await namespace.read(path);
  const all = items as readonly { readonly metadata: { readonly name: string } }[];
  return all.map(({ metadata }) => metadata.name).sort();
}

/** By the server's word the run `over` is over, `going` goes on, and it knows of no other. */
const runOf: CollectKubernetesOptions["runOf"] = async (id) => {
  const endedAt = id === "over" ? LONG_AGO : null;
  const known = id === "over" || id === "going";
  return known
    ? { endedAt, attempts: [{ id: `${id}-1`, infrastructureId: null, endedAt }] }
    : undefined;
};

function collect(more: Partial<CollectKubernetesOptions> = {}) {
  const environment = new KubernetesJobEnvironment({
    namespace: namespace.name,
    jobSpec: { apiVersion: "batch/v1", kind: "Job", spec: { template: {} } },
  });
  return collectKubernetes(environment.serialize(), {
    kubeconfig: adminKubeconfig(),
    installationId: OWN,
    graceMs: 0,
    runOf,
    ...more,
  });
}

/** What is garbage, what is in use, what is another installation's, and what bears no installation at all. */
async function fill(): Promise<void> {
  await createJob("over", labelsOf(OWN, "over"));
  await createJob("unknown", labelsOf(OWN, "forgotten"));
  await createJob("going", labelsOf(OWN, "going"));
  await createJob("foreign", labelsOf(OTHER, "over"));
  await createJob("unlabelled", {});
  const { "slipway.dev/installation": _, ...nearly } = labelsOf(OWN, "over");
  await createJob("nearly", nearly);
  await createSecret("over", labelsOf(OWN, "over"));
  await createSecret("foreign", labelsOf(OTHER, "over"));
  await createSecret("unlabelled", {});
}

const ALL_JOBS = ["foreign", "going", "nearly", "over", "unknown", "unlabelled"];

describe("collectKubernetes", () => {
  it("only says what it would remove, unless it is told to", async () => {
    await fill();
    const collected = await collect();
    expect(collected).toMatchObject({ namespace: namespace.name, dryRun: true, failed: [] });
    expect(collected.removed.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "Job over",
      "Job unknown",
      "Secret over",
    ]);
    expect(collected.kept).toEqual([
      { kind: "Job", name: "going", flowRunId: "going", why: "its attempt goes on" },
    ]);
    expect(await names("batch/v1/jobs")).toEqual(ALL_JOBS);
    expect(await names("v1/secrets")).toEqual(["foreign", "over", "unlabelled"]);
  });

  it("removes what is this installation's and of no use, and touches nothing of others", async () => {
    await fill();
    const told: string[] = [];
    const { removed, failed } = await collect({
      dryRun: false,
      onRemoved: ({ kind, name }) => told.push(`${kind} ${name}`),
    });
    expect(failed).toEqual([]);
    expect(told).toEqual(removed.map(({ kind, name }) => `${kind} ${name}`));
    // Foreground deletion: a Job goes once its pods have.
    await expect
      .poll(() => names("batch/v1/jobs"), { timeout: 20_000 })
      .toEqual(["foreign", "going", "nearly", "unlabelled"]);
    expect(await names("v1/secrets")).toEqual(["foreign", "unlabelled"]);
    expect((await collect({ dryRun: false })).removed).toEqual([]);
  });

  it("leaves a Secret to the Job that owns it", async () => {
    const { metadata } = await createJob("over", labelsOf(OWN, "over"));
    const { uid } = metadata as { uid: string };
    const owner = { apiVersion: "batch/v1", kind: "Job", name: "over", uid };
    await createSecret("over", labelsOf(OWN, "over"), { ownerReferences: [owner] });
    const { removed } = await collect({ dryRun: false });
    expect(removed.map(({ kind }) => kind)).toEqual(["Job"]);
    await expect.poll(() => names("v1/secrets"), { timeout: 20_000 }).toEqual([]);
  });

  it("leaves what is too young", async () => {
    await createJob("unknown", labelsOf(OWN, "forgotten"));
    const { removed, kept } = await collect({ dryRun: false, graceMs: 3_600_000 });
    expect(removed).toEqual([]);
    expect(kept).toMatchObject([{ name: "unknown", why: expect.stringContaining("only since") }]);
  });

  it.each(["", `${OWN},x`, "a!=b"])(
    "does nothing for the installation %j",
    async (installationId) => {
      await fill();
      await expect(collect({ installationId, dryRun: false })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
      expect(await names("batch/v1/jobs")).toEqual(ALL_JOBS);
    },
  );

  it("removes Jobs where Secrets may not be listed, and says so", async () => {
    await withTempDir(async (folder) => {
      await fill();
      const kubeconfig = await createAccount(namespace, "collector", folder);
      const api = "rbac.authorization.k8s.io";
      const metadata = { name: "collector" };
      await namespace.create(`${api}/v1/roles`, {
        metadata,
        rules: [{ apiGroups: ["batch"], resources: ["jobs"], verbs: ["list", "delete"] }],
      });
      await namespace.create(`${api}/v1/rolebindings`, {
        metadata,
        roleRef: { apiGroup: api, kind: "Role", name: "collector" },
        subjects: [{ kind: "ServiceAccount", name: "collector", namespace: namespace.name }],
      });
      const { removed, unread } = await collect({ kubeconfig, dryRun: false });
      expect(removed.map(({ name }) => name)).toEqual(["over", "unknown"]);
      expect(unread).toEqual([expect.stringContaining("Secrets were not looked at")]);
      expect(await names("v1/secrets")).toContain("over");
    });
  });
});
