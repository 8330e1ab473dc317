import { join } from "node:path";
import { CreateClusterCommand, ECSClient } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesHolding } from "./files-holding.ts";
import { FLOWS, type Stack, startStack } from "./harness.ts";

const CANARY = "c4n4ry";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

async function createCluster(): Promise<void> {
  const ecs = new ECSClient({
    endpoint: stack.ecs.url,
    region: `eu-${CANARY}-1`,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  await ecs.send(new CreateClusterCommand({ clusterName: `cluster-${CANARY}` }));
}

describe("an environment's arguments", () => {
  it("reach the ECS endpoint, and neither the server's database nor any request to the server", async () => {
    await createCluster();
    await stack.startAgent();
    const registered = await stack.cli("register", join(FLOWS, "canary.ts"));
    expect(registered).toMatchObject({ code: 0 });
    const run = await stack.cli("flow-runs", "create", "quiet", "--watch");
    expect(run).toMatchObject({ code: 0 });

    const sentToEcs = stack.ecs.requests.map((request) => request.body).join("\n");
    expect(sentToEcs).toContain(`cluster-${CANARY}`);
    expect(stack.api.requests.length).toBeGreaterThan(5);
    for (const request of stack.api.requests) expect(JSON.stringify(request)).not.toContain(CANARY);
    expect(await filesHolding("quiet", stack.databaseDir)).not.toEqual([]);
    expect(await filesHolding(CANARY, stack.databaseDir)).toEqual([]);
  });

  it.each([
    { file: "canary.ts", flow: "quiet", words: "ClusterNotFoundException" },
    { file: "canary-elsewhere.ts", flow: "quiet elsewhere", words: "AWS ECS refused" },
  ])("stand in no error of a launch that AWS refuses: $file", async ({ file, flow, words }) => {
    const own = await startStack();
    try {
      await own.startAgent();
      expect(await own.cli("register", join(FLOWS, file))).toMatchObject({ code: 0 });
      const run = await own.cli("flow-runs", "create", flow, "--watch", "--json");
      expect(run.code).toBe(1);
      expect(run.stdout).toContain(words);
      expect(own.ecs.requests.map((request) => request.body).join()).toContain(CANARY);
      expect(await filesHolding(CANARY, own.databaseDir)).toEqual([]);
      for (const request of own.api.requests) expect(JSON.stringify(request)).not.toContain(CANARY);
    } finally {
      await own.close();
    }
  });
});
