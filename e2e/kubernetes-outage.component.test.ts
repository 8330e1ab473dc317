// component: kubernetes registry
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kubernetesSettings } from "./kubernetes-settings.ts";
import { type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

const JOB = `apiVersion: batch/v1
kind: Job
metadata: {name: steady}
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - name: flow
`;

const { control } = kubernetesSettings();

let stack: KubernetesStack;
beforeAll(async () => {
  stack = await startKubernetesStack();
  await stack.startAgent();
  const registered = await stack.registerJob(JOB);
  expect(registered.code, registered.stderr).toBe(0);
});
afterAll(() => stack.close());

const listOf = (resource: string, id: string) =>
  stack.list(resource, `labelSelector=flow_run_id=${id}`);

describe("while a run goes on", () => {
  it("the API server may be restarted", async () => {
    const id = await stack.createRun("any job", { seconds: 6 });
    await stack.untilState(id, "Running");
    await control.stop("apiserver");
    await sleep(2_000);
    await control.start("apiserver");
    const run = await stack.untilOver(id);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toHaveLength(1);
    expect(await listOf("jobs", id)).toHaveLength(1);
  });

  it("its node may stop, which its run says", { timeout: 240_000 }, async () => {
    const id = await stack.createRun("any job", { seconds: 200 });
    await stack.untilState(id, "Running");
    await control.stop("kubelet");
    try {
      const run = await stack.untilOver(id, 180_000);
      expect(run).toMatchObject({ stateType: "Failed" });
      expect(run.attempts.at(-1)?.diagnosis).toMatchObject({ cause: "NodeLost" });
    } finally {
      await control.start("kubelet");
    }
    await expect.poll(() => listOf("pods", id), { timeout: 120_000, interval: 1_000 }).toEqual([]);
  });
});
