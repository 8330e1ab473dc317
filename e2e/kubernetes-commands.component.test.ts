// component: kubernetes registry
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

const JOB = `
apiVersion: batch/v1
kind: Job
metadata:
  name: tidy
spec:
  template:
    spec:
      containers:
        - resources:
            limits: { memory: 256Mi }
`;

let stack: KubernetesStack;
let installationId: string;
beforeAll(async () => {
  stack = await startKubernetesStack();
  ({ installationId } = await stack.client.server());
  const registered = await stack.registerJob(JOB);
  expect(registered, registered.stderr).toMatchObject({ code: 0 });
});
afterAll(() => stack.close());

/** A Job that starts no pod, as if it had been launched for that run. */
function createJob(name: string, installation: string, run: string) {
  const labels = {
    "slipway.dev/installation": installation,
    "slipway.dev/identifier": randomUUID(),
    "slipway.dev/flow_run_id": run,
  };
  const containers = [{ name: "flow", image: "slipway.test/none" }];
  return stack.callKube("POST", `/apis/batch/v1/namespaces/${stack.namespace}/jobs`, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels },
    spec: { suspend: true, template: { spec: { restartPolicy: "Never", containers } } },
  });
}

const jobNames = async () => (await stack.list("jobs")).map(({ metadata }) => metadata.name).sort();

describe("slipway environment collect-garbage of Jobs", () => {
  const collect = ["environment", "collect-garbage", "any job", "--json"];

  it("removes Jobs of runs that the server does not know, after a while, and no one else's", async () => {
    const waiting = await stack.createRun("any job");
    await createJob("waiting", installationId, waiting);
    await createJob("forgotten", installationId, randomUUID());
    await createJob("foreign", randomUUID(), randomUUID());
    const young = await stack.cli(...collect, "--yes");
    expect(JSON.parse(young.stdout)).toMatchObject({ removed: [], failed: [] });
    const dry = await stack.cli(...collect, "--older-than", "0s");
    expect(JSON.parse(dry.stdout)).toMatchObject({
      dryRun: true,
      removed: [{ kind: "Job", name: "forgotten" }],
      kept: [{ name: "waiting", why: "its run goes on" }],
    });
    expect(await jobNames()).toEqual(["foreign", "forgotten", "waiting"]);
    const done = await stack.cli(...collect, "--older-than", "0s", "--yes");
    expect(done.code, done.stderr).toBe(0);
    await expect.poll(jobNames, { timeout: 20_000 }).toEqual(["foreign", "waiting"]);

    // Cancelled before it was launched: over by the server's word.
    expect((await stack.cli("flow-runs", "cancel", waiting)).code).toBe(0);
    expect((await stack.cli(...collect, "--older-than", "0s", "--yes")).code).toBe(0);
    await expect.poll(jobNames, { timeout: 20_000 }).toEqual(["foreign"]);
  });

  it.each([
    [["--keep", "3"], "--keep is not for KubernetesJobEnvironment"],
    [["--older-than", "soon"], "--older-than soon is no duration"],
  ])("refuses %j", async (flags, words) => {
    const refused = await stack.cli(...collect, ...flags);
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stderr).error.message).toContain(words);
  });
});

describe("slipway doctor kubernetes", () => {
  it("proves what launching needs of the cluster at hand, in words and as JSON", async () => {
    const told = await stack.cli("doctor", "kubernetes");
    expect(told.code, told.stdout + told.stderr).toBe(0);
    expect(told.stdout).toContain(`✔ create jobs (namespace ${stack.namespace}): allowed`);
    const { stdout } = await stack.cli("doctor", "kubernetes", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ missing: 0, namespace: stack.namespace });
  });

  it("prints a Role that the cluster takes, without asking one", async () => {
    const { code, stdout } = await stack.cli("doctor", "kubernetes", "--print-role", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).role).toContain(`namespace: ${stack.namespace}`);
  });
});
