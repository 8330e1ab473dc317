import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAgent } from "@slipway/agent";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import { startFargateLocal } from "@slipway/fargate-local";
import { startServer } from "@slipway/server";
import { register } from "./images.ts";
import { type Measurement, measure } from "./measure.ts";
import type { SuiteOptions } from "./suite.ts";

const RUNS = 10;

/** From asking for a run to its task, and to its end: server, agent and local Fargate in this process, the run in its own. */
export async function* launch({ versions }: SuiteOptions): AsyncGenerator<Measurement> {
  const system = await startSystem();
  const common = { system: "slipway", n: 1, runs: RUNS, versions };
  let id = "";
  try {
    yield await measure({
      ...common,
      workload: "createFlowRun to RunTask's answer",
      run: async () => {
        id = await system.create();
        await system.until(id, ({ attempts }) => attempts[0]?.infrastructure != null);
      },
      afterEach: () => system.until(id, succeeded),
    });
    yield await measure({
      ...common,
      workload: "createFlowRun to Success",
      run: async () => system.until(await system.create(), succeeded),
    });
  } finally {
    await system.close();
  }
}

function succeeded({ stateType }: FlowRunDetail): boolean {
  if (stateType === "Failed") throw new Error("The run failed");
  return stateType === "Success";
}

async function startSystem() {
  const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const server = await startServer({ host: "127.0.0.1", port: 0, dataDir: join(folder, "server") });
  const fargate = await startFargateLocal({
    port: 0,
    dataDir: join(folder, "fargate"),
    driver: "process",
  });
  const client = createClient({ url: server.graphqlUrl });
  const flowVersionId = await registerFlow(client, join(folder, "images"));
  const agent = await startAgent({
    name: "bench",
    labels: [],
    apiUrl: server.graphqlUrl,
    ecsClientDefaults: {
      endpoint: fargate.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
  });
  return {
    create: async () => (await client.createFlowRun({ flowVersionId })).id,
    until: (id: string, condition: (run: FlowRunDetail) => boolean) => until(client, id, condition),
    close: async () => {
      for (const part of [agent, fargate, server]) await part.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function registerFlow(client: SlipwayClient, imagesDir: string): Promise<string> {
  const { description, image } = await register(imagesDir);
  const { structure, environment, labels } = description;
  await client.createProject("default");
  const { flowVersion } = await client.registerFlow({
    project: "default",
    structure,
    image: image.reference,
    environmentType: environment?.type ?? "",
    labels,
  });
  return flowVersion.id;
}

async function until(
  client: SlipwayClient,
  id: string,
  condition: (run: FlowRunDetail) => boolean,
): Promise<void> {
  for (let run = await client.flowRun(id); run === null || !condition(run); ) {
    await sleep(5);
    run = await client.flowRun(id);
  }
}
