// component: kubernetes registry postgres
import { join } from "node:path";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RIGHTS } from "../packages/environments/src/kubernetes/rights.ts";
import { CHART, type ChartBed, makeChartBed } from "./chart-release.ts";
import { componentSetting } from "./component-settings.ts";
import { type Finished, FLOWS, runCli } from "./harness.ts";
import type { KubeItem } from "./kube-client.ts";

let bed: ChartBed;
beforeAll(async () => {
  bed = await makeChartBed();
});
afterAll(() => bed?.close());

function cli(...args: string[]): Promise<Finished> {
  return runCli(args, {
    PATH: process.env["PATH"],
    HOME: bed.folder,
    SLIPWAY__CLOUD__GRAPHQL: `${bed.url}/graphql`,
    SLIPWAY__CLOUD__API_KEY: bed.apiKey,
    TEST_REGISTRY: componentSetting("registry"),
    TEST_BASE_IMAGE: componentSetting("baseImage"),
    TEST_JOB_SPEC: join(FLOWS, "kubernetes/dummy/job_spec.yaml"),
  });
}

async function upgrade(annotation: string): Promise<Finished> {
  const podAnnotations = { "example.com/edition": annotation };
  const files = [
    await bed.writeValues(bed.values),
    await bed.writeValues({ server: { podAnnotations }, agent: { podAnnotations } }),
  ];
  const values = files.flatMap((file) => ["--values", file]);
  const wait = ["--wait", "--timeout", "90s"];
  return bed.helm(
    ...["upgrade", "--install", "harbour", CHART, "--namespace", bed.namespace],
    ...values,
    ...wait,
  );
}

async function list(namespace: string, path: string, query = ""): Promise<readonly KubeItem[]> {
  const [group, resource] = path.includes("/") ? path.split("/") : ["", path];
  const root = group === "" ? "/api/v1" : `/apis/${group}/v1`;
  const answer = await bed.kube.call("GET", `${root}/namespaces/${namespace}/${resource}?${query}`);
  return answer.items ?? [];
}

describe("the chart on a cluster", () => {
  it("comes up, from its own image, with PostgreSQL by address", async () => {
    const installed = await upgrade("first");
    expect(installed, installed.stderr).toMatchObject({ code: 0 });
    const pods = await list(bed.namespace, "pods");
    expect(pods.map(({ metadata }) => metadata.labels?.["app.kubernetes.io/component"])).toEqual(
      expect.arrayContaining(["server", "agent"]),
    );
    for (const pod of pods) {
      expect(pod).toMatchObject({
        spec: { containers: [{ securityContext: { readOnlyRootFilesystem: true } }] },
        status: { containerStatuses: [{ ready: true, restartCount: 0 }] },
      });
    }
    // Its layer on the base: the command and what it depends on.
    expect(bed.image.bytes).toBeLessThan(20_000_000);
  });

  it("passes its own test, and answers nobody without the key", async () => {
    const tested = await bed.helm("test", "harbour", "--namespace", bed.namespace);
    expect(tested, tested.stderr).toMatchObject({ code: 0 });
    expect(tested.stdout).toContain("harbour-slipway-doctor");
    const refused = await fetch(`${bed.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ __typename }" }),
    });
    expect(refused.status).toBe(401);
  });

  it("gives the agent its rights in the namespace of the runs, and none elsewhere", async () => {
    for (const { apiGroup, resource, verb } of RIGHTS) {
      const right = `${verb} ${resource}`;
      expect([right, await may(bed.runNamespace, apiGroup, resource, verb)]).toEqual([right, true]);
      expect([right, await may(bed.namespace, apiGroup, resource, verb)]).toEqual([right, false]);
    }
    expect(await may(bed.runNamespace, "", "secrets", "list")).toBe(false);
    expect(await may("", "batch", "jobs", "list")).toBe(false);
  });

  it("is not ready while the database is away, and is not started anew for it", async () => {
    await bed.allowConnections(false);
    await waitFor(async () => (await serverPod()).ready === false, { timeoutMs: 30_000 });
    await bed.allowConnections(true);
    const pod = await waitFor(
      async () => {
        const now = await serverPod();
        return now.ready ? now : undefined;
      },
      { timeoutMs: 30_000 },
    );
    expect(pod.restartCount).toBe(0);
  });

  it("runs a flow as a Job, launched by its agent", async () => {
    const registered = await cli("register", join(FLOWS, "kubernetes/seed/flow.ts"));
    expect(registered, registered.stderr).toMatchObject({ code: 0 });
    const flow = "Kubernetes Job Environment w/ Resource Requests & Limits";
    const watched = await cli("flow-runs", "create", flow, "--watch");
    expect(watched, watched.stdout + watched.stderr).toMatchObject({ code: 0 });
    expect(watched.stdout).toContain("Example!");
    expect(await list(bed.runNamespace, "batch/jobs")).toHaveLength(1);
    expect(await list(bed.namespace, "batch/jobs")).toEqual([]);
  });

  it("takes nothing from a run that goes on while both are replaced", async () => {
    const file = join(FLOWS, "kubernetes/any-job.ts");
    const registered = await cli("register", file);
    expect(registered, registered.stderr).toMatchObject({ code: 0 });
    const client = createClient({ url: `${bed.url}/graphql`, apiKey: bed.apiKey });
    const { id } = await client.createFlowRun({
      project: "default",
      flow: "any job",
      parameters: { seconds: 15 },
    });
    await untilState(client, id, "Running");
    const before = await list(bed.namespace, "pods");
    const upgraded = await upgrade("second");
    expect(upgraded, upgraded.stderr).toMatchObject({ code: 0 });
    await untilState(client, id, "Success");
    const after = await list(bed.namespace, "pods");
    const kept = after.filter((pod) =>
      before.some(({ metadata }) => metadata.name === pod.metadata.name),
    );
    expect(kept.filter(({ metadata }) => !("deletionTimestamp" in metadata))).toEqual([]);
    const run = await waitFor(
      async () => {
        const now = await client.flowRun(id);
        return now?.attempts.every(({ endedAt }) => endedAt !== null) ? now : undefined;
      },
      { timeoutMs: 60_000, what: "the end of the attempt" },
    );
    expect(run).toMatchObject({ stateType: "Success", attempts: [{ number: 1 }] });
    expect(
      await list(bed.runNamespace, "batch/jobs", `labelSelector=flow_run_id=${id}`),
    ).toHaveLength(1);
  });

  it("leaves nothing behind but the Jobs of runs", async () => {
    const removed = await bed.helm("uninstall", "harbour", "--namespace", bed.namespace, "--wait");
    expect(removed, removed.stderr).toMatchObject({ code: 0 });
    await waitFor(async () => (await remains()).length === 0, { timeoutMs: 60_000 });
    const secrets = await list(bed.namespace, "secrets");
    expect(secrets.map(({ metadata }) => metadata.name)).toEqual(["given"]);
    expect(await list(bed.runNamespace, "batch/jobs")).toHaveLength(2);
  });
});

const KINDS = [
  ...["pods", "services", "secrets", "configmaps", "serviceaccounts"],
  ...["apps/deployments", "apps/replicasets"],
  ...["rbac.authorization.k8s.io/roles", "rbac.authorization.k8s.io/rolebindings"],
  ...["networking.k8s.io/ingresses", "networking.k8s.io/networkpolicies"],
  "policy/poddisruptionbudgets",
];

/** All that the release left, in either namespace. */
async function remains(): Promise<readonly string[]> {
  const query = "labelSelector=app.kubernetes.io/instance=harbour";
  const found: string[] = [];
  for (const namespace of [bed.namespace, bed.runNamespace]) {
    for (const kind of KINDS) {
      for (const { metadata } of await list(namespace, kind, query))
        found.push(`${kind} ${metadata.name}`);
    }
  }
  return found;
}

async function may(namespace: string, group: string, name: string, verb: string): Promise<unknown> {
  const [resource, subresource] = name.split("/");
  const { status } = await bed.kube.call(
    "POST",
    "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    {
      spec: {
        user: `system:serviceaccount:${bed.namespace}:harbour-slipway-agent`,
        resourceAttributes: { namespace, group, resource, subresource, verb },
      },
    },
  );
  return typeof status === "object" && status !== null && "allowed" in status && status.allowed;
}

interface SeenPod {
  readonly ready: boolean;
  readonly restartCount: number;
}

async function serverPod(): Promise<SeenPod> {
  const [pod] = await list(
    bed.namespace,
    "pods",
    "labelSelector=app.kubernetes.io/component=server",
  );
  const status: { containerStatuses?: readonly SeenPod[] } = Object(pod?.["status"]);
  return status.containerStatuses?.[0] ?? { ready: false, restartCount: 0 };
}

async function untilState(
  client: ReturnType<typeof createClient>,
  id: string,
  state: string,
): Promise<void> {
  await waitFor(
    async () => {
      const run = await client.flowRun(id).catch(() => undefined);
      return run?.stateType === state;
    },
    { timeoutMs: 90_000, what: `run ${id} to be ${state}` },
  );
}
