// component: docker registry
import { join } from "node:path";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentSetting } from "./component-settings.ts";
import { FLOWS, type Stack, startStack } from "./harness.ts";
import { sent } from "./render.ts";

let stack: Stack;
beforeAll(async () => {
  const env = {
    TEST_REGISTRY: componentSetting("registry"),
    TEST_BASE_IMAGE: componentSetting("baseImage"),
  };
  stack = await startStack({ driver: "docker", env });
});
afterAll(() => stack.close());

describe("a flow that needs more memory than its task has", () => {
  it("is killed by the kernel, says so with its last words, and succeeds with the next size", async () => {
    await stack.startAgent();
    expect(await stack.cli("register", join(FLOWS, "hungry.ts"))).toMatchObject({ code: 0 });
    const client = createClient({ url: `${stack.api.url}/graphql` });
    const { id } = await client.createFlowRun({ project: "default", flow: "hungry" });
    const run = await waitFor(
      async () => {
        const look = await client.flowRun(id);
        return look?.stateType === "Success" && look.attempts[1]?.endedAt ? look : undefined;
      },
      { timeoutMs: 90_000, intervalMs: 500 },
    );
    const [first, second] = run.attempts;
    expect(first?.diagnosis).toMatchObject({
      cause: "OutOfMemory",
      evidence: { containers: [{ exitCode: 137, reason: expect.stringMatching(/OutOfMemory/) }] },
    });
    expect(first?.logTail.join("\n")).toContain("the last words before it is killed");
    expect(sent(stack, "RunTask")).toMatchObject({ overrides: { memory: "1024" } });
    expect(second?.usage?.memoryPeakMiB).toBeGreaterThan(700);
    expect(second?.usage?.memoryLimitMiB).toBe(1024);
  });
});
