// component: docker registry fargate
import { join } from "node:path";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentSetting } from "./component-settings.ts";
import { FLOWS, type Stack, startStack } from "./harness.ts";
import { maskToken, sent } from "./render.ts";

const registry = componentSetting("registry");
const baseImage = componentSetting("baseImage");
const ministack = componentSetting("ministack");
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    ecsEndpoint: ministack,
    env: { TEST_REGISTRY: registry, TEST_BASE_IMAGE: baseImage },
  });
});
afterAll(() => stack.close());

describe("an ECS endpoint that others wrote", () => {
  it("runs the container with our overrides; exit code, log and the rendered inputs arrive", async () => {
    const file = join(FLOWS, "host-network.ts");
    await stack.startAgent();
    expect(await stack.cli("register", file)).toMatchObject({ code: 0 });
    const run = await stack.cli(
      "flow-runs",
      "create",
      "on the host's network",
      "--watch",
      "--json",
    );
    expect(run.code, run.stdout + run.stderr).toBe(0);

    const client = createClient({ url: `${stack.api.url}/graphql` });
    const [flowRun] = await client.flowRuns({ flow: "on the host's network" });
    const id = flowRun?.id ?? "";
    const logs = await stack.cli("flow-runs", "logs", id);
    expect(logs.stdout).toContain("hello from a container");
    await waitFor(async () => {
      const attempt = (await client.flowRun(id))?.attempts[0];
      return JSON.stringify(attempt?.diagnosis ?? null).includes('"exitCode":0');
    });
    const rendered = await stack.cli("environment", "render", file, "--flow-run", id, "--json");
    expect(JSON.parse(rendered.stdout)).toEqual({
      RegisterTaskDefinition: sent(stack, "RegisterTaskDefinition"),
      RunTask: maskToken(sent(stack, "RunTask")),
    });
  });
});
