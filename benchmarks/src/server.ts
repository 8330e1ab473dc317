import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type SlipwayClient } from "@slipway/client";
import type { FlowStructure } from "@slipway/core";
import { type RunningServer, startServer } from "@slipway/server";
import { type Measurement, measure } from "./measure.ts";
import type { SuiteOptions } from "./suite.ts";

const BATCH = 100;
const STRUCTURE: FlowStructure = {
  version: 1,
  name: "bench",
  tasks: [{ slug: "noop", name: "noop", mapped: false }],
  edges: [],
  parameters: [],
  referenceTasks: ["noop"],
};

/** The server on its embedded PostgreSQL, over its API as clients use it. */
export async function* server({ versions }: SuiteOptions): AsyncGenerator<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const common = { system: "slipway", versions };
  let folders = 0;
  try {
    yield await measure({
      ...common,
      workload: "start and stop, new folder",
      n: 1,
      runs: 3,
      run: () => startAndStop(join(folder, String(folders++))),
    });
    const dataDir = join(folder, "kept");
    yield await measure({
      ...common,
      workload: "start and stop, old folder",
      n: 1,
      runs: 5,
      run: () => startAndStop(dataDir),
    });
    const running = await start(dataDir);
    try {
      yield* requests(running, common);
    } finally {
      await running.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* requests(
  running: RunningServer,
  common: { readonly system: string; readonly versions: Readonly<Record<string, string>> },
): AsyncGenerator<Measurement> {
  const client = createClient({ url: running.graphqlUrl });
  await register(client);
  const create = () => client.createFlowRun({ project: "default", flow: "bench" });
  yield await measure({
    ...common,
    workload: "createFlowRun, one after the other",
    n: 200,
    runs: 3,
    run: async () => {
      for (let index = 0; index < 200; index++) await create();
    },
  });
  yield await measure({
    ...common,
    workload: "createFlowRun, eight at a time",
    n: 400,
    runs: 3,
    run: () =>
      Promise.all(
        Array.from({ length: 8 }, async () => {
          for (let index = 0; index < 50; index++) await create();
        }),
      ),
  });
  yield await recordRun(running, client, common);
}

async function recordRun(
  running: RunningServer,
  client: SlipwayClient,
  common: { readonly system: string; readonly versions: Readonly<Record<string, string>> },
): Promise<Measurement> {
  const run = await claimedRun(running, client);
  let sequence = 0;
  const log = () => ({
    log: { timestamp: new Date().toISOString(), level: "info", message: "A line of a task" },
  });
  return measure({
    ...common,
    workload: `recordRun, log records in batches of ${BATCH}`,
    n: 50 * BATCH,
    runs: 3,
    run: async () => {
      for (let batch = 0; batch < 50; batch++) {
        const events = Array.from({ length: BATCH }, log);
        ({ nextSequence: sequence } = await run.recordRun({ firstSequence: sequence, events }));
      }
    },
  });
}

/** A client that may write as the newest attempt of a run. */
async function claimedRun(running: RunningServer, client: SlipwayClient): Promise<SlipwayClient> {
  const work = await client.claimWork({ agent: "bench", labels: ["bench"], limit: 1 });
  const token = work.claimed[0]?.bootstrapToken;
  if (!token) throw new Error("The server gave the agent no run");
  const bootstrap = createClient({ url: running.graphqlUrl, apiKey: token });
  const { runToken } = await bootstrap.startRun();
  return createClient({ url: running.graphqlUrl, apiKey: runToken });
}

async function register(client: SlipwayClient): Promise<void> {
  await client.createProject("default");
  await client.registerFlow({
    project: "default",
    structure: STRUCTURE,
    image: `oci:///images/bench@sha256:${"0".repeat(64)}`,
    environmentType: "FargateTaskEnvironment",
    labels: ["bench"],
  });
}

async function startAndStop(dataDir: string): Promise<void> {
  const running = await start(dataDir);
  await running.close();
}

function start(dataDir: string): Promise<RunningServer> {
  return startServer({ host: "127.0.0.1", port: 0, dataDir });
}
