// component: docker registry
import { join } from "node:path";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentSetting } from "./component-settings.ts";
import { FLOWS, type Stack, startStack } from "./harness.ts";

const registry = componentSetting("registry");
const baseImage = componentSetting("baseImage");
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    driver: "docker",
    env: { TEST_REGISTRY: registry, TEST_BASE_IMAGE: baseImage },
  });
});
afterAll(() => stack.close());

describe("a flow in a real registry, on a real Docker engine", () => {
  it("runs with the author's environment and ends Success with its log", async () => {
    await stack.startAgent();
    const registered = await stack.cli("register", join(FLOWS, "registry.ts"), "--json");
    expect(registered).toMatchObject({ code: 0 });
    const run = await stack.cli("flow-runs", "create", "from a registry", "--watch", "--json");
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const client = createClient({ url: `${stack.api.url}/graphql` });
    const [flowRun] = await client.flowRuns({ flow: "from a registry" });
    expect(flowRun?.stateType).toBe("Success");
    const logs = await stack.cli("flow-runs", "logs", flowRun?.id ?? "");
    expect(logs.stdout).toContain("hello from a container");
    await waitFor(async () => {
      const attempt = (await client.flowRun(flowRun?.id ?? ""))?.attempts[0];
      return JSON.stringify(attempt?.diagnosis ?? null).includes('"exitCode":0');
    });
  });

  it("pushes nothing the second time", async () => {
    const again = await stack.cli("register", join(FLOWS, "registry.ts"), "--json");
    expect(JSON.parse(again.stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
      pushedBytes: 0,
      created: false,
    });
  });
});

describe("a base image that is not there", () => {
  it("is named, and nothing is registered", async () => {
    const env = { ...stack.env, TEST_BASE_IMAGE: `${registry}/no-such-base:1` };
    const { runCli } = await import("./harness.ts");
    const { code, stderr } = await runCli(["register", join(FLOWS, "registry.ts")], env);
    expect(stderr).toContain("BASE_IMAGE_NOT_FOUND");
    expect(stderr).toContain("no-such-base");
    expect(code).toBe(2);
  });
});
