import type { FlowRunDetail } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "./stack.ts";

const RUNS = 200;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

describe("two agents", () => {
  it("launch 200 runs of one flow that start at once: one registration, one task for each", async () => {
    const version = await stack.register("many");
    const ids = await Promise.all(Array.from({ length: RUNS }, () => stack.createRun(version)));
    // What is waited for are the launches: the tasks' own processes are slow to start, two hundred at a time.
    const names = ["one", "two"];
    await Promise.all(names.map((name) => stack.agentFor("many", { name, pollMs: 1_000 })));
    const ended = await waitFor(() => allEnded(ids), { timeoutMs: 170_000, intervalMs: 1_000 });

    expect(stack.ecs.sent("RegisterTaskDefinition")).toHaveLength(1);
    const launches = stack.ecs.sent("RunTask").map((input) => Object(input).clientToken);
    expect(launches).toHaveLength(RUNS);
    expect(new Set(launches)).toHaveProperty("size", RUNS);
    const tasks = ended.map(({ attempts }) => Object(attempts[0]?.infrastructure).id);
    expect(new Set(tasks)).toHaveProperty("size", RUNS);
    expect(ended.map(({ attempts }) => attempts.length)).toEqual(ids.map(() => 1));
    expect(new Set(ended.map(({ stateType }) => stateType))).toEqual(new Set(["Success"]));
    expect(new Set(ended.map(({ attempts }) => attempts[0]?.agentName))).toEqual(new Set(names));
  }, 180_000);
});

async function allEnded(ids: readonly string[]): Promise<FlowRunDetail[] | false> {
  const runs: FlowRunDetail[] = [];
  for (const id of ids) {
    const run = await stack.read(id);
    if (run.attempts[0]?.endedAt == null) return false;
    runs.push(run);
  }
  return runs;
}
