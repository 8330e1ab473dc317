import { join } from "node:path";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, runCli, type Stack, startStack } from "./harness.ts";

const script = {
  failures: [
    { family: "grows", task: "out-of-memory", times: 2 },
    { family: "reclaimed", task: "spot-reclaim", every: 1 },
    {
      operation: "RunTask",
      family: "crowded",
      capacityProvider: "FARGATE_SPOT",
      every: 1,
      answer: "capacity",
    },
    {
      operation: "RunTask",
      family: "full",
      every: 1,
      answer: { failures: [{ reason: "RESOURCE:MEMORY" }] },
    },
    { family: "unlucky", task: "network-interface", times: 1 },
  ],
};

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ driver: "process", script });
  await stack.startAgent();
});
afterAll(() => stack.close());

const client = () => createClient({ url: `${stack.api.url}/graphql` });

/** A run of the flow with the environment of that family, to its end. */
async function story(family: string) {
  const env = { ...stack.env, TEST_FAMILY: family };
  const registered = await runCli(["register", join(FLOWS, "persistent.ts")], env);
  if (registered.code !== 0) throw new Error(registered.stderr);
  const { id } = await client().createFlowRun({ project: "default", flow: "persistent" });
  const statuses = new Set<string>();
  const run = await waitFor(
    async () => {
      const look = await client().flowRun(id);
      for (const { status } of look?.attempts ?? []) if (status) statuses.add(status);
      const over = look?.stateType === "Success" || look?.stateType === "Failed";
      return over && look.attempts.at(-1)?.endedAt != null ? look : undefined;
    },
    { timeoutMs: 60_000 },
  );
  return { run, statuses: [...statuses], launches: launchesOf(id) };
}

/** The RunTask inputs that were sent for a run. */
function launchesOf(flowRunId: string) {
  return stack.ecs.requests
    .filter(({ headers }) => String(headers["x-amz-target"]).endsWith(".RunTask"))
    .filter(({ body }) => body.includes(flowRunId))
    .map(({ body }) => JSON.parse(body));
}

const causesOf = ({ attempts }: { attempts: readonly { diagnosis: unknown }[] }) =>
  attempts.map(({ diagnosis }) => JSON.parse(JSON.stringify(diagnosis)).cause);

describe("what follows when the infrastructure fails", () => {
  it("gives a task that ran out of memory the next legal size, until it fits", async () => {
    const { run, launches } = await story("grows");
    expect(run.stateType).toBe("Success");
    expect(causesOf(run)).toEqual(["OutOfMemory", "OutOfMemory", "EssentialContainerExited"]);
    expect(launches.map(({ overrides }) => overrides.memory)).toEqual([undefined, "1024", "2048"]);
  });

  it("goes on demand when Spot was taken back as often as allowed", async () => {
    const { run, launches } = await story("reclaimed");
    expect(run.stateType).toBe("Success");
    expect(causesOf(run).slice(0, 2)).toEqual(["SpotInterruption", "SpotInterruption"]);
    expect(launches).toHaveLength(3);
    expect(JSON.stringify(launches.slice(0, 2))).toContain("FARGATE_SPOT");
    expect(JSON.stringify(launches[2])).not.toContain("FARGATE_SPOT");
  });

  it("waits for capacity within one attempt, says so, and takes the author's next way to launch", async () => {
    const { run, statuses, launches } = await story("crowded");
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toHaveLength(1);
    expect(statuses.join("\n")).toMatch(/waits for capacity .*next try at \d\d:\d\d:\d\dZ/);
    expect(JSON.stringify(launches[0])).toContain("FARGATE_SPOT");
    expect(JSON.stringify(launches.at(-1))).not.toContain("FARGATE_SPOT");
    expect(new Set(launches.map(({ clientToken }) => clientToken)).size).toBe(launches.length);
  });

  it("ends Failed with the platform's reason when the deadline for capacity has passed", async () => {
    const { run, launches } = await story("full");
    expect(run.state).toMatchObject({ type: "Failed", cause: "Capacity" });
    expect(JSON.stringify(run.state)).toContain("RESOURCE:MEMORY");
    expect(JSON.stringify(run.state)).toContain("onInfrastructureFailure.capacity.deadline");
    expect(launches.length).toBeGreaterThan(1);
  });

  it("launches again by itself what never came to run", async () => {
    const { run } = await story("unlucky");
    expect(run.stateType).toBe("Success");
    expect(causesOf(run)).toEqual(["NetworkInterface", "EssentialContainerExited"]);
  });
});
