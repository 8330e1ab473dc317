// component: kubernetes registry
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

let stack: KubernetesStack;
beforeAll(async () => {
  stack = await startKubernetesStack();
  await stack.startAgent();
});
afterAll(() => stack.close());

/** A Job with these lines in its flow container, and these containers beside it. */
function job(container: readonly string[], pod: readonly string[] = []): string {
  return [
    "apiVersion: batch/v1",
    "kind: Job",
    "metadata: {name: telling}",
    "spec:",
    "  template:",
    "    spec:",
    "      terminationGracePeriodSeconds: 2",
    ...pod.filter((line) => !line.startsWith("- ")).map((line) => `      ${line}`),
    "      containers:",
    "      - name: flow",
    ...container.map((line) => `        ${line}`),
    ...pod.filter((line) => line.startsWith("- ")).map((line) => `      ${line}`),
  ].join("\n");
}

async function runOf(
  yaml: string,
  { args = {}, parameters = {}, timeoutMs = 90_000 } = {},
): Promise<Awaited<ReturnType<KubernetesStack["untilOver"]>>> {
  const registered = await stack.registerJob(yaml, args);
  expect(registered.code, registered.stderr).toBe(0);
  return stack.untilOver(await stack.createRun("any job", parameters), timeoutMs);
}

describe("why a Job failed", () => {
  it("too little memory: the next attempt has more", { timeout: 120_000 }, async () => {
    const yaml = job(["resources: {requests: {memory: 150Mi}, limits: {memory: 150Mi}}"]);
    const outOfMemory = { retries: 2, delay: "100ms", scaleMemory: { factor: 2, max: "1Gi" } };
    const run = await runOf(yaml, {
      args: { onInfrastructureFailure: { outOfMemory } },
      parameters: { mebibytes: 200, seconds: 1 },
    });
    expect(run.stateType).toBe("Success");
    expect(run.attempts.map(causeOf)).toEqual(["OutOfMemory", expect.anything()]);
    expect(run.attempts[0]?.logTail.join("\n")).toContain("works for 1 s");
    const [second] = await stack.list(
      "jobs",
      `labelSelector=slipway.dev/identifier=${run.attempts[1]?.id}`,
    );
    expect(JSON.stringify(second)).toContain('"limits":{"memory":"300Mi"}');
  });

  it("the flow's own exit", async () => {
    const run = await runOf(job([]), { parameters: { exit: 3 } });
    expect(run.stateType).toBe("Failed");
    expect(run.attempts[0]?.diagnosis).toMatchObject({
      cause: "EssentialContainerExited",
      evidence: { containers: [{ exitCode: 3 }] },
    });
  });

  it("a deadline of its author's", async () => {
    const yaml = job([], ["activeDeadlineSeconds: 4"]);
    const run = await runOf(yaml, { parameters: { seconds: 60 } });
    expect(run.attempts[0]?.diagnosis).toMatchObject({ cause: "DeadlineExceeded" });
  });

  it("no room: it waits, says so, and gives up at its deadline", { timeout: 120_000 }, async () => {
    const yaml = job(["resources: {requests: {cpu: 900}}"]);
    const registered = await stack.registerJob(yaml, {
      onInfrastructureFailure: { capacity: { deadline: "8s" } },
    });
    expect(registered.code, registered.stderr).toBe(0);
    const id = await stack.createRun("any job");
    await expect
      .poll(async () => (await stack.read(id)).attempts[0]?.status, { timeout: 20_000 })
      .toMatch(/Insufficient cpu/);
    const run = await stack.untilOver(id);
    expect(run.attempts[0]?.diagnosis).toMatchObject({
      cause: "Unschedulable",
      message: expect.stringContaining("Insufficient cpu"),
    });
    expect(await stack.list("jobs", `labelSelector=flow_run_id=${id}`)).toEqual([]);
  });

  it("a quota", { timeout: 120_000 }, async () => {
    const quotas = `/api/v1/namespaces/${stack.namespace}/resourcequotas`;
    await stack.callKube("POST", quotas, {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "no-pods" },
      spec: { hard: { pods: "0" } },
    });
    try {
      const run = await runOf(job([]), {
        args: { onInfrastructureFailure: { capacity: { deadline: "5s" } } },
      });
      expect(run.stateType).toBe("Failed");
      expect(run.attempts[0]?.diagnosis).toMatchObject({
        cause: "QuotaExceeded",
        message: expect.stringContaining("pods"),
      });
    } finally {
      await stack.callKube("DELETE", `${quotas}/no-pods`);
    }
  });
});

describe("containers beside the flow's", () => {
  const SIDECAR = [
    "- {name: side, image: 'slipway.test/busybox:1', command: [sh, -c, 'while true; do echo chatter; sleep 1; done']}",
  ];

  it("do not hold the run open, and what they write is told", { timeout: 120_000 }, async () => {
    const run = await runOf(job([], SIDECAR), { parameters: { seconds: 4 } });
    expect(run.stateType).toBe("Success");
    const { stdout } = await stack.cli("flow-runs", "logs", run.id);
    expect(stdout).toMatch(/containers\[1\].*chatter/);
    await expect
      .poll(() => stack.list("pods", `labelSelector=flow_run_id=${run.id}`), { timeout: 60_000 })
      .toEqual([]);
  });

  it("may come first, and fail it", async () => {
    const yaml = job(
      [],
      [
        "initContainers: [{name: prepare, image: 'slipway.test/busybox:1', command: [sh, -c, 'echo no luck; exit 7']}]",
      ],
    );
    const run = await runOf(yaml);
    expect(run.stateType).toBe("Failed");
    expect(run.attempts[0]?.diagnosis).toMatchObject({ cause: "InitContainerFailed" });
    const { stdout } = await stack.cli("flow-runs", "logs", run.id);
    expect(stdout).toMatch(/initContainers\[0\].*no luck/);
  });
});

describe("an author's backoffLimit", () => {
  it("is honoured: each start is an attempt of its own", { timeout: 180_000 }, async () => {
    const yaml = job([]).replace("spec:\n", "spec:\n  backoffLimit: 1\n");
    const run = await runOf(yaml, { parameters: { exit: 4 }, timeoutMs: 150_000 });
    expect(run.stateType).toBe("Failed");
    expect(run.attempts.map(causeOf)).toEqual([
      "EssentialContainerExited",
      "EssentialContainerExited",
    ]);
    const uids = run.attempts.map(({ infrastructure }) => Object(infrastructure).id);
    expect(new Set(uids).size).toBe(1);
    expect(await stack.list("jobs", `labelSelector=flow_run_id=${run.id}`)).toHaveLength(1);
    const { stdout } = await stack.cli("flow-runs", "logs", run.id);
    expect(stdout.match(/works for 0 s/g)).toHaveLength(2);
  });
});

function causeOf({ diagnosis }: { readonly diagnosis: unknown }): unknown {
  return Object(diagnosis).cause;
}
