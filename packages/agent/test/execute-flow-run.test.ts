import { readEnvironment } from "@slipway/storage/read";
import { startRecordingProxy, waitFor } from "@slipway/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ExecuteFlowRunOptions, executeFlowRun } from "../src/index.ts";
import { isEnded, type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    script: {
      failures: [{ operation: "RunTask", family: "no-room", every: 1, answer: "capacity" }],
    },
  });
});
afterEach(() => stack.closeAgents());
afterAll(() => stack.close());

const execute = (flowRunId: string, more: Partial<ExecuteFlowRunOptions> = {}) =>
  executeFlowRun({
    flowRunId,
    name: `launcher of ${flowRunId}`,
    apiUrl: stack.graphqlUrl,
    ecsClientDefaults: stack.ecs.defaults,
    observeMs: { shortest: 100, longest: 500 },
    log: (_, event) => stack.events.push(event),
    ...more,
  });

describe("executeFlowRun", () => {
  it("launches a run and gives it back, so that an agent looks after it", async () => {
    const id = await stack.createRun(await stack.register("handed-over"), 1_000);
    const { infrastructure, attempt } = await execute(id);
    expect(attempt).toMatchObject({ number: 1, infrastructure: { id: infrastructure.id } });
    await stack.agentFor("handed-over");
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toMatchObject([{ agentName: "agent of handed-over" }]);
    expect(stack.launchesOf(id)).toHaveLength(1);
  });

  it("carries a run to its end where that is asked for", async () => {
    const id = await stack.createRun(await stack.register("watched"));
    const { attempt } = await execute(id, { watch: true });
    expect(attempt.endedAt).not.toBeNull();
    expect((await stack.read(id)).stateType).toBe("Success");
  });

  it("claims once, and only looks at the run while it goes on: its next attempt is not for nobody", async () => {
    const proxy = await startRecordingProxy({ target: new URL(stack.graphqlUrl).origin });
    try {
      const id = await stack.createRun(await stack.register("looked-at"), 3_500);
      const apiUrl = new URL("/graphql", proxy.url).href;
      await execute(id, { apiUrl, containerApiUrl: stack.graphqlUrl, watch: true });
      const sent = proxy.requests.map(({ body }) => String(JSON.parse(body).operationName));
      expect(sent.filter((operation) => operation === "claimWork")).toHaveLength(1);
      expect(sent).toContain("flowRun");
    } finally {
      await proxy.close();
    }
  });

  it("takes the environment that it is given, and reads no image", async () => {
    const version = await stack.register("given");
    const id = await stack.createRun(version);
    const image = (await stack.read(id)).flowVersion.image;
    const environment = await readEnvironment(image);
    const family = "given-as-data";
    await execute(id, {
      environment: { ...environment, arguments: { ...environment.arguments, family } },
      watch: true,
    });
    expect(stack.launchesOf(id)).toMatchObject([
      { taskDefinition: expect.stringContaining(family) },
    ]);
  });

  it("ends a run that cannot be launched as Failed, and throws why", async () => {
    const id = await stack.createRun(await stack.register("broken", { cluster: "absent" }));
    await expect(execute(id)).rejects.toMatchObject({
      code: "CLOUD_REFUSED",
      details: { cause: "ClusterNotFound" },
    });
    expect((await stack.read(id)).state).toMatchObject({
      type: "Failed",
      cause: "ClusterNotFound",
    });
  });

  it("hears of a cancel while it waits for capacity", async () => {
    const id = await stack.createRun(await stack.register("no-room"));
    const refused = expect(execute(id)).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { cause: "Cancelled" },
    });
    await stack.until(id, ({ attempts }) => Boolean(attempts[0]?.status));
    await stack.client.cancelFlowRun(id);
    await refused;
    expect((await stack.read(id)).stateType).toBe("Cancelled");
  });

  it("refuses a run that has ended, one that an agent has, and one that there is not", async () => {
    await stack.agentFor("taken");
    const id = await stack.createRun(await stack.register("taken"), 1_000);
    await waitFor(async () => (await stack.read(id)).attempts.length > 0);
    await expect(execute(id)).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    await stack.until(id, isEnded);
    await expect(execute(id)).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    const absent = "00000000-0000-7000-8000-000000000000";
    await expect(execute(absent)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is taken up again by the same name after it was cut off", async () => {
    const id = await stack.createRun(await stack.register("cut-off"));
    const name = `launcher of ${id}`;
    await stack.client.claimWork({ agent: name, labels: [], limit: 1, flowRunId: id });
    await execute(id, { watch: true });
    expect((await stack.read(id)).stateType).toBe("Success");
    expect(stack.launchesOf(id)).toHaveLength(1);
  });
});
