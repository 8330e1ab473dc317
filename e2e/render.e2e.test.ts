import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, type Stack, startStack } from "./harness.ts";
import { maskToken, sent } from "./render.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

describe("slipway environment render", () => {
  it("prints what is sent to ECS, field for field", async () => {
    const file = join(FLOWS, "slow.ts");
    await stack.startAgent();
    await stack.cli("register", file);
    const run = await stack.cli("flow-runs", "create", "slow", "-p", "seconds=0", "--json");
    const { id } = JSON.parse(run.stdout.trim().split("\n").at(-1) ?? "");
    const watched = await stack.cli("flow-runs", "watch", id);
    expect(watched.code).toBe(0);
    const { stdout } = await stack.cli("environment", "render", file, "--flow-run", id, "--json");
    const rendered: unknown = JSON.parse(stdout);
    expect(rendered).toEqual({
      RegisterTaskDefinition: sent(stack, "RegisterTaskDefinition"),
      RunTask: maskToken(sent(stack, "RunTask")),
    });
  });
});
