import { join } from "node:path";
import { DescribeTasksCommand, ECSClient } from "@aws-sdk/client-ecs";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, type Stack, startStack } from "./harness.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await stack.cli("register", join(FLOWS, "slow.ts"));
  await stack.cli("register", join(FLOWS, "stubborn.ts"));
});
afterAll(() => stack.close());

const client = () => createClient({ url: `${stack.api.url}/graphql` });

async function read(id: string) {
  const run = await client().flowRun(id);
  if (run === null) throw new Error(`No run ${id}`);
  return run;
}

async function startRun(flow: string, parameters = {}) {
  const { id } = await client().createFlowRun({ project: "default", flow, parameters });
  await waitFor(
    async () => (await read(id)).taskRuns.some(({ stateType }) => stateType === "Running"),
    {
      timeoutMs: 30_000,
    },
  );
  return id;
}

const stops = () =>
  stack.ecs.requests.filter(({ headers }) => String(headers["x-amz-target"]).endsWith(".StopTask"));

/** What local Fargate says of the run's task. */
async function taskOf(id: string) {
  const infrastructure = (await read(id)).attempts.at(-1)?.infrastructure;
  const ecs = new ECSClient({
    endpoint: stack.ecs.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDLOCAL", secretAccessKey: "local" },
  });
  const taskId = JSON.parse(JSON.stringify(infrastructure)).id;
  const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: [taskId] }));
  return tasks?.[0];
}

describe("slipway flow-runs cancel", () => {
  it("ends at once a run that nothing was launched for, also when it is said again", async () => {
    const { id } = await client().createFlowRun({ project: "default", flow: "slow" });
    const first = await stack.cli("flow-runs", "cancel", id);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("is Cancelled") });
    expect(await stack.cli("flow-runs", "cancel", id)).toMatchObject({ code: 0 });
    const run = await read(id);
    expect(run.attempts).toEqual([]);
    expect(run.taskRuns.map(({ stateType }) => stateType)).toEqual(["Cancelled", "Cancelled"]);
  });

  it("lets the run's process end by itself, and says Cancelled only when its task has stopped", async () => {
    await stack.startAgent();
    const id = await startRun("slow", { seconds: 60 });
    const cancelled = await stack.cli("flow-runs", "cancel", id);
    expect(cancelled, cancelled.stderr).toMatchObject({ code: 0 });
    expect(await taskOf(id)).toMatchObject({ lastStatus: "STOPPED" });
    expect(stops()).toEqual([]);
    const run = await read(id);
    expect(run.stateType).toBe("Cancelled");
    expect(run.taskRuns.map(({ stateType }) => stateType)).toEqual(["Cancelled", "Cancelled"]);
    expect(run.attempts[0]?.endedAt).not.toBeNull();
  });

  it("stops the task of a process that hears nothing, after the grace", async () => {
    await stack.startAgent("--name", "another");
    const id = await startRun("stubborn");
    const askedAt = Date.now();
    const cancelled = await stack.cli("flow-runs", "cancel", id);
    expect(cancelled, cancelled.stderr).toMatchObject({ code: 0 });
    expect(Date.now() - askedAt).toBeLessThan(20_000);
    expect(stops().length).toBeGreaterThan(0);
    expect(await taskOf(id)).toMatchObject({ lastStatus: "STOPPED", stopCode: "UserInitiated" });
    expect((await read(id)).state).toMatchObject({ type: "Cancelled" });
  });

  it("refuses a run that has ended otherwise", async () => {
    const parameters = { seconds: 0 };
    const { id } = await client().createFlowRun({ project: "default", flow: "slow", parameters });
    await waitFor(async () => (await read(id)).stateType === "Success", { timeoutMs: 30_000 });
    const refused = await stack.cli("flow-runs", "cancel", id);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("Success");
  });
});
