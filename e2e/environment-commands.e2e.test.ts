import { join } from "node:path";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, runCli, type Stack, startStack } from "./harness.ts";
import { sent } from "./render.ts";

const FILE = join(FLOWS, "notice.ts");

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ driver: "process" });
  await stack.startAgent();
});
afterAll(() => stack.close());

/** The one JSON object that a command answers. */
async function answer(...args: string[]) {
  const { code, stdout, stderr } = await stack.cli(...args, "--json");
  return { code, stderr, said: JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") };
}

describe("slipway environment plan", () => {
  it("says before there is a version what would be sent and what IAM has to allow", async () => {
    const { code, said } = await answer("environment", "plan", FILE);
    expect(code).toBe(0);
    expect(said).toMatchObject({
      previousVersion: null,
      changes: [],
      overrides: { most: 8192 },
      policy: { agent: { Version: "2012-10-17" } },
    });
    expect(JSON.stringify(said.policy)).toContain("ecs:RunTask");
    expect(said.overrides.length).toBeLessThan(1024);
  });

  it("tells what has changed since the registered version, and what makes a new revision", async () => {
    const registered = await stack.cli("register", FILE);
    expect(registered.code).toBe(0);
    expect(registered.stderr).toMatch(/note: `credentials` .*role/);
    expect(registered.stderr + registered.stdout).not.toContain("s3cr3t-key-in-a-flow");
    expect((await answer("environment", "plan", FILE)).said).toMatchObject({ changes: [] });
    const env = { ...stack.env, TEST_CPU: "2048" };
    const { stdout } = await runCli(["environment", "plan", FILE, "--json"], env);
    expect(JSON.parse(stdout)).toMatchObject({
      previousVersion: 1,
      changes: [
        { path: "RegisterTaskDefinition.cpu", from: "1024", to: "2048", forcesRevision: true },
      ],
    });
    expect(stdout).not.toContain("s3cr3t-key-in-a-flow");
  });
});

describe("slipway doctor aws", () => {
  it("proves each right on the ECS that it is told, and leaves nothing there", async () => {
    const { code, said } = await answer("doctor", "aws", FILE, "--ecs-endpoint", stack.ecs.url);
    expect(code).toBe(0);
    expect(said.missing).toBe(0);
    const proved = said.checks.filter(({ ok }: { ok: boolean | null }) => ok === true);
    expect(proved.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(["ecs:RunTask", "ecs:RegisterTaskDefinition", "ecs:StopTask"]),
    );
    const fargate = await answer(
      "environment",
      "collect-garbage",
      "noticed",
      "--ecs-endpoint",
      stack.ecs.url,
    );
    expect(fargate.said).toMatchObject({ removed: [], kept: [] });
  });

  it("exits 3 and says what to do where nothing answers", async () => {
    const { code, said } = await answer(
      "doctor",
      "aws",
      FILE,
      "--ecs-endpoint",
      "http://127.0.0.1:9",
    );
    expect(code).toBe(3);
    expect(said.missing).toBeGreaterThan(0);
    expect(JSON.stringify(said.checks)).toContain("ECONNREFUSED");
  });
});

describe("slipway environment advise", () => {
  it("names the cheapest size that would have held the runs, and what that saves", async () => {
    const nothing = await answer("environment", "advise", "noticed");
    expect(nothing).toMatchObject({ code: 0, said: { runs: 0, advice: null } });
    const run = await stack.cli("flow-runs", "create", "noticed", "--watch");
    expect(run.code, run.stderr).toBe(0);
    const { said } = await answer("environment", "advise", "noticed");
    expect(said).toMatchObject({
      runs: 1,
      // A run this short tells no CPU, so only the memory is less.
      advice: { size: { cpu: 1024, memoryMiB: 2048 }, current: { cpu: 1024, memoryMiB: 4096 } },
    });
    expect(said.advice.saving).toBeGreaterThan(0);
  });
});

describe("slipway environment collect-garbage", () => {
  it("removes Slipway's old revisions on demand, and only says so without --yes", async () => {
    const arn = `${stack.ecs.url}`;
    for (const cpu of ["512", "2048"]) {
      const env = { ...stack.env, TEST_CPU: cpu };
      expect((await runCli(["register", FILE], env)).code).toBe(0);
      const run = await stack.cli("flow-runs", "create", "noticed", "--watch");
      expect(run.code, run.stderr).toBe(0);
    }
    expect(sent(stack, "RunTask")).toMatchObject({ taskDefinition: "noticed:3" });
    const collect = [
      "environment",
      "collect-garbage",
      "noticed",
      "--keep",
      "1",
      "--ecs-endpoint",
      arn,
    ];
    const dry = await answer(...collect);
    expect(dry.said).toMatchObject({ dryRun: true, removed: [1, 2] });
    const done = await answer(...collect, "--yes");
    expect(done).toMatchObject({ code: 0, said: { dryRun: false, removed: [1, 2], failed: [] } });
    expect((await answer(...collect)).said).toMatchObject({ removed: [] });
    // What was removed is registered again when a run needs it.
    const env = { ...stack.env, TEST_CPU: "512" };
    await runCli(["register", FILE], env);
    const again = await stack.cli("flow-runs", "create", "noticed", "--watch");
    expect(again.code, again.stderr).toBe(0);
  });
});

describe("slipway execute flow-run", () => {
  it("sets up and executes a run from where it is called, and leaves it to an agent", async () => {
    const own = await startStack({ driver: "process" });
    try {
      expect((await own.cli("register", FILE)).code).toBe(0);
      const created = await own.cli("flow-runs", "create", "noticed", "--json");
      const { id } = JSON.parse(created.stdout);
      const env = { ...own.env, SLIPWAY__CONTEXT__FLOW_RUN_ID: id };
      const args = ["execute", "flow-run", "--ecs-endpoint", own.ecs.url, "--json"];
      const executed = await runCli(args, env);
      expect(executed.code, executed.stderr).toBe(0);
      expect(JSON.parse(executed.stdout)).toMatchObject({
        kind: "executed",
        infrastructure: { kind: "EcsTask" },
        attempt: { number: 1, endedAt: null },
      });
      // Said again, it takes up what was launched, and launches nothing.
      const again = await runCli(args, env);
      expect(JSON.parse(again.stdout).infrastructure).toEqual(
        JSON.parse(executed.stdout).infrastructure,
      );
      await own.startAgent();
      const ended = await waitFor(
        async () => {
          const { stdout } = await own.cli("flow-runs", "get", id, "--json");
          const run = JSON.parse(stdout);
          return run.endTime === null || run.attempts[0].endedAt === null ? undefined : run;
        },
        { timeoutMs: 60_000 },
      );
      expect(ended).toMatchObject({ stateType: "Success", attempts: [{ diagnosis: {} }] });
    } finally {
      await own.close();
    }
  });
});
