import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, type Stack, startStack } from "./harness.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const register = async (): Promise<{
  digest: string;
  pushedBytes: number;
  created: boolean;
  version: number;
}> => {
  const { stdout } = await stack.cli("register", join(FLOWS, "slow.ts"), "--json");
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
};

describe("registering an unchanged flow again", () => {
  it("gives the same digest, pushes nothing and makes no version", async () => {
    const first = await register();
    const files = await readdir(join(stack.home, "images"), { recursive: true });
    // Times in an archive are whole seconds: without a new one, a layer that holds the time would look alike.
    await sleep(1_100);
    const second = await register();
    expect(first).toMatchObject({ created: true, version: 1 });
    expect(first.pushedBytes).toBeGreaterThan(0);
    expect(second).toEqual({ ...first, pushedBytes: 0, created: false });
    expect(await readdir(join(stack.home, "images"), { recursive: true })).toEqual(files);
  });
});

describe("a flow whose environment reads a file of its folder", () => {
  const folder = fileURLToPath(new URL("../examples/hello/", import.meta.url));

  it("is registered, and its run says that this version launches no Kubernetes Job", async () => {
    const registered = await stack.cli("register", join(folder, "kubernetes-flow.ts"));
    expect(registered).toMatchObject({ code: 0 });
    await stack.startAgent();
    const name = "Kubernetes Job Environment w/ Resource Requests & Limits";
    const run = await stack.cli("flow-runs", "create", name, "--watch", "--json");
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("ENVIRONMENT_NOT_LAUNCHABLE");
  });
});
