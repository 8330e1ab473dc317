import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type Log } from "@slipway/client";
import { bundleFlow, type FlowBundle } from "@slipway/storage/build";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, type Stack, startStack } from "./harness.ts";

const FILE = join(FLOWS, "chatter.ts");
const AGENT = { agent: "by-hand", labels: [] };
/** Of a log page. */
const MOST = 1_000;

let stack: Stack;
let bundle: FlowBundle;
beforeAll(async () => {
  stack = await startStack();
  await stack.cli("register", FILE);
  bundle = await bundleFlow({ file: FILE, conditions: ["slipway-source"] });
});
afterAll(async () => {
  await bundle.remove();
  await stack.close();
});

const client = () => createClient({ url: `${stack.api.url}/graphql` });

interface FlowProcess {
  readonly id: string;
  readonly child: ChildProcess;
  /** The lines of the flow that have been printed so far. */
  lines(): readonly string[];
  readonly ended: Promise<number | null>;
}

/** A run's process as a container has it, claimed by nobody but this test: what it leaves unfinished stays so. */
async function startRun(deaf: boolean): Promise<FlowProcess> {
  const { id } = await client().createFlowRun({
    project: "default",
    flow: "chatter",
    parameters: { deaf },
  });
  const { claimed } = await client().claimWork({ ...AGENT, limit: 1 });
  const [claim] = claimed;
  if (claim?.flowRun.id !== id) throw new Error("Another run was claimed");
  const child = spawn(process.execPath, [bundle.path], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      SLIPWAY__CLOUD__GRAPHQL: `${stack.api.url}/graphql`,
      SLIPWAY__CLOUD__AUTH_TOKEN: claim.bootstrapToken ?? "",
      SLIPWAY__CONTEXT__FLOW_RUN_ID: id,
    },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const lines = () => [...output.matchAll(/line \d \w+ at \d+/g)].map(([line]) => line);
  const ended = once(child, "close").then(([code]) => code);
  await waitFor(() => lines().length > 0, { timeoutMs: 30_000 });
  return { id, child, lines, ended };
}

async function storedLines(id: string): Promise<readonly string[]> {
  return (await allLogs(id))
    .map(({ message }) => message)
    .filter((text) => text.startsWith("line"));
}

async function allLogs(id: string): Promise<readonly Log[]> {
  const logs: Log[] = [];
  for (let page: readonly Log[] | undefined; page === undefined || page.length === MOST; ) {
    page = await client().flowRunLogs(id, { after: logs.at(-1)?.id, first: MOST });
    logs.push(...page);
  }
  return logs;
}

async function statesOf(id: string) {
  const run = await client().flowRun(id);
  return {
    flow: run?.stateType,
    tasks: (run?.taskRuns ?? [])
      .map(({ mapIndex, stateType }) => `${mapIndex} ${stateType}`)
      .sort(),
  };
}

describe("a run's process that is told to stop at any time", () => {
  it.each([0, 7, 150, 190, 210, 430, 990])("stores each line: SIGTERM after %i ms", async (ms) => {
    const flow = await startRun(false);
    await sleep(ms);
    flow.child.kill("SIGTERM");
    expect(await flow.ended).toBe(143);
    expect(flow.lines().filter((line) => line.includes(" last "))).toHaveLength(3);
    expect([...(await storedLines(flow.id))].sort()).toEqual([...flow.lines()].sort());
  });

  it.each([3, 170, 620])(
    "stores what deaf tasks had said, and ends none of them: %i ms",
    async (ms) => {
      const flow = await startRun(true);
      await sleep(ms);
      const signalled = Date.now();
      flow.child.kill("SIGTERM");
      expect(await flow.ended).toBe(143);
      const before = flow.lines().filter((line) => Number(line.split(" at ")[1]) < signalled);
      expect(before.length).toBeGreaterThan(0);
      expect(await storedLines(flow.id)).toEqual(expect.arrayContaining(before));
      expect(await statesOf(flow.id)).toEqual({
        flow: "Running",
        tasks: ["-1 Running", "0 Running", "1 Running", "2 Running"],
      });
      const logs = await allLogs(flow.id);
      expect(logs.map(({ message }) => message)).toContainEqual(
        expect.stringContaining("told to stop by SIGTERM"),
      );
    },
  );
});

describe("a run that is cancelled", () => {
  it.each([
    [false, 0],
    [true, 300],
  ])(
    "stops by itself with its tasks Cancelled, deaf (%s) or not; its agent ends the run",
    async (deaf, ms) => {
      const flow = await startRun(deaf);
      await sleep(ms);
      await client().cancelFlowRun(flow.id);
      expect(await flow.ended).toBe(0);
      const states = await statesOf(flow.id);
      expect(states).toMatchObject({ flow: "Cancelling" });
      expect(new Set(states.tasks.map((task) => task.split(" ")[1]))).toEqual(
        new Set(["Cancelled"]),
      );
    },
  );
});
