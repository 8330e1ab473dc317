import { once } from "node:events";
import { join } from "node:path";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FLOWS, type Stack, startStack } from "./harness.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(() => stack.close());

const client = () => createClient({ url: `${stack.api.url}/graphql` });

async function startSlowRun(seconds: number): Promise<string> {
  await stack.cli("register", join(FLOWS, "slow.ts"));
  const run = await client().createFlowRun({
    project: "default",
    flow: "slow",
    parameters: { seconds },
  });
  await waitFor(async () => (await read(run.id)).stateType === "Running", { timeoutMs: 30_000 });
  return run.id;
}

async function read(id: string) {
  const run = await client().flowRun(id);
  if (run === null || run === undefined) throw new Error(`No run ${id}`);
  return run;
}

/** The processes of local Fargate's tasks carry the run's id in their environment. */
async function flowProcess(id: string): Promise<number> {
  const { readdir, readFile } = await import("node:fs/promises");
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = await readFile(`/proc/${entry}/environ`, "utf8").catch(() => "");
    if (environment.includes(`SLIPWAY__CONTEXT__FLOW_RUN_ID=${id}`)) return Number(entry);
  }
  throw new Error(`No process of run ${id}`);
}

const launches = () =>
  stack.ecs.requests.filter((request) =>
    String(request.headers["x-amz-target"]).endsWith(".RunTask"),
  );

describe("a flow's process that is killed", () => {
  it("ends the run Failed with the cause within 15 s", async () => {
    await stack.startAgent();
    const id = await startSlowRun(60);
    process.kill(await flowProcess(id), "SIGKILL");
    const killedAt = Date.now();
    await waitFor(async () => (await read(id)).stateType === "Failed", { timeoutMs: 15_000 });
    expect(Date.now() - killedAt).toBeLessThan(15_000);
    const run = await read(id);
    expect(run.state).toMatchObject({ type: "Failed", cause: "EssentialContainerExited" });
    expect(JSON.stringify(run.state)).toContain("137");
  });
});

describe("an agent that is killed", () => {
  it("takes the run up again after a restart, and launches it once", async () => {
    const agent = await stack.startAgent("--name", "one");
    const id = await startSlowRun(6);
    const ended = once(agent, "exit");
    agent.kill("SIGKILL");
    await ended;
    await stack.startAgent("--name", "one");
    await waitFor(async () => (await read(id)).attempts[0]?.endedAt != null, { timeoutMs: 40_000 });
    const run = await read(id);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toHaveLength(1);
    expect(launches()).toHaveLength(1);
  });
});
