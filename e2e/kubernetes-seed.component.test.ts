// component: kubernetes registry
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS } from "./harness.ts";
import { type KubeObject, type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

let stack: KubernetesStack;
beforeAll(async () => {
  stack = await startKubernetesStack();
  await stack.startAgent();
});
afterAll(() => stack.close());

const EXAMPLES = [
  { folder: "seed", flow: "Kubernetes Job Environment w/ Resource Requests & Limits" },
  { folder: "dummy", flow: "with a dummy first container" },
];

describe("a Job spec in the flow's folder", () => {
  it.each(EXAMPLES)("runs the flow as it is: $folder", async ({ folder, flow }) => {
    const file = join(FLOWS, "kubernetes", folder, "flow.ts");
    const registered = await stack.cli("register", file);
    expect(registered, registered.stdout + registered.stderr).toMatchObject({ code: 0 });
    const watched = await stack.cli("flow-runs", "create", flow, "--watch", "--json");
    expect(watched.code, watched.stdout + watched.stderr).toBe(0);
    const [{ id = "" } = {}] = await stack.client.flowRuns({ flow });
    const run = await stack.untilOver(id);
    expect(run).toMatchObject({ stateType: "Success", attempts: [{ number: 1 }] });
    const logs = await stack.cli("flow-runs", "logs", id);
    expect(logs.stdout).toContain("Example!");

    const { stdout } = await stack.cli("environment", "render", file, "--flow-run", id, "--json");
    const rendered = JSON.parse(stdout);
    expect(sentJobs(id)).toEqual([rendered.CreateNamespacedJob]);
    const jobs = await stack.list("jobs", `labelSelector=flow_run_id=${id}`);
    expect(jobs).toHaveLength(1);
    expect(comparable(jobs[0])).toEqual(
      comparable(await withDefaults(rendered.CreateNamespacedJob)),
    );
    expect(JSON.stringify(jobs)).not.toContain("slb_");
  });

  it("keeps everything else of its author's", async () => {
    const [job] = (await stack.list("jobs")).filter(({ spec }) =>
      JSON.stringify(spec).includes('"memory":"4G"'),
    );
    expect(job).toMatchObject({
      metadata: { name: expect.stringMatching(/^my-prefect-job-/) },
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [
              {
                name: "flow-container",
                command: ["node", "/slipway/flow.mjs"],
                env: expect.arrayContaining([{ name: "MY_ENV", value: "foo" }]),
                resources: {
                  limits: { cpu: "2", memory: "4G" },
                  requests: { cpu: "1", memory: "2G" },
                },
              },
            ],
          },
        },
      },
    });
  });

  it("has its token in a Secret that goes with it", async () => {
    const [job] = await stack.list("jobs");
    const secrets = await stack.list("secrets");
    const owners = secrets.flatMap(({ metadata }) => metadata.ownerReferences ?? []);
    expect(owners).toContainEqual(expect.objectContaining({ kind: "Job", uid: job?.metadata.uid }));
    expect(secrets).toHaveLength(EXAMPLES.length);
  });
});

function sentJobs(id: string): readonly unknown[] {
  return stack.kube.requests
    .filter(
      ({ method, path, body }) => method === "POST" && /\/jobs\?/.test(path) && body.includes(id),
    )
    .map(({ body }) => JSON.parse(body));
}

/** What the API server makes of a Job, without making it. */
async function withDefaults(job: KubeObject): Promise<KubeObject> {
  const renamed = { ...job, metadata: { ...job.metadata, name: "for-comparison" } };
  const path = `/apis/batch/v1/namespaces/${stack.namespace}/jobs?dryRun=All`;
  return stack.callKube("POST", path, renamed);
}

/** Without what differs from one creation to the next. */
function comparable(job: KubeObject | undefined): unknown {
  const text = JSON.stringify(job, (key, value) =>
    /^(uid|creationTimestamp|resourceVersion|generation|managedFields|status|controller-uid|batch\.kubernetes\.io\/.*|job-name)$/.test(
      key,
    )
      ? undefined
      : value,
  );
  const { metadata, spec } = JSON.parse(text);
  return { labels: metadata.labels, spec };
}
