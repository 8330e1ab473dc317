// component: kubernetes registry
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FlowRunDetail } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, runCli } from "./harness.ts";
import { type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

/** A Job whose pod starts its container again, in the same folder. */
const IN_PLACE = `apiVersion: batch/v1
kind: Job
metadata: {name: in-place}
spec:
  backoffLimit: 2
  template:
    spec:
      restartPolicy: OnFailure
      containers:
      - {name: flow, volumeMounts: [{name: kept, mountPath: /kept}]}
      volumes: [{name: kept, emptyDir: {}}]
`;

/** A Job that makes another pod. */
const ANOTHER_POD = `apiVersion: batch/v1
kind: Job
metadata: {name: another-pod}
spec:
  backoffLimit: 1
  template: {spec: {containers: [{name: flow}]}}
`;

let stack: KubernetesStack;
beforeAll(async () => {
  stack = await startKubernetesStack();
  const registered = await stack.registerJob(ANOTHER_POD);
  expect(registered.code, registered.stderr).toBe(0);
  await stack.startAgent("--name", "one");
});
afterAll(() => stack.close());

const printedLogOf = async (id: string) => {
  const { stdout } = await runCli(["flow-runs", "logs", id], stack.env);
  return stdout;
};
const causes = ({ attempts }: FlowRunDetail) =>
  attempts.map(({ diagnosis, startedAt }) => [Object(diagnosis).cause, startedAt !== null]);
const FAILED = ["EssentialContainerExited", true];

describe("a run whose Job starts its process once more", () => {
  it("ends it in the same pod, in its next attempt", async () => {
    const file = join(stack.home, "in_place.yaml");
    await writeFile(file, IN_PLACE);
    const env = { ...stack.env, TEST_JOB_SPEC: file };
    const flow = join(FLOWS, "kubernetes", "second-time.ts");
    const registered = await runCli(["register", flow, "--json"], env);
    expect(registered.code, registered.stderr).toBe(0);
    const id = await stack.createRun("second time");
    const run = await stack.untilOver(id, 120_000);
    expect([run.stateType, causes(run)]).toEqual(["Success", [FAILED, FAILED]]);
    const [first, second] = run.attempts;
    expect(Object(second?.infrastructure).id).toBe(Object(first?.infrastructure).id);
    const logs = await stack.client.flowRunLogs(id);
    const said = logs.filter(({ message }) => message.startsWith("works for"));
    expect(said.map(({ attempt, message }) => `${attempt} ${message}`)).toEqual([
      "1 works for the first time",
      "2 works for the second time",
    ]);
    expect(await stack.list("jobs", `labelSelector=flow_run_id=${id}`)).toHaveLength(1);
    expect(await stack.list("pods", `labelSelector=flow_run_id=${id}`)).toHaveLength(1);
    expect(await printedLogOf(id)).toContain("works for the second time");
  });

  it("fails with its last attempt, in another pod", async () => {
    const id = await stack.createRun("any job", { exit: 3 });
    const run = await stack.untilOver(id, 150_000);
    expect([run.stateType, causes(run)]).toEqual(["Failed", [FAILED, FAILED]]);
    expect(await stack.list("pods", `labelSelector=flow_run_id=${id}`)).toHaveLength(2);
  });

  it("is Cancelled, and no process of it is left, when it is cancelled while the next pod waits", async () => {
    const id = await stack.createRun("any job", { exit: 3 });
    await waitFor(async () => (await stack.read(id)).attempts.length === 2, { timeoutMs: 90_000 });
    await stack.client.cancelFlowRun(id);
    const run = await stack.untilOver(id, 90_000);
    expect(run.stateType).toBe("Cancelled");
    expect(await stack.list("jobs", `labelSelector=flow_run_id=${id}`)).toEqual([]);
    expect(await stack.list("pods", `labelSelector=flow_run_id=${id}`)).toEqual([]);
  });
});
