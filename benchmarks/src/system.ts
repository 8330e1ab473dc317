import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAgent } from "@slipway/agent";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import { startFargateLocal } from "@slipway/fargate-local";
import { startServer } from "@slipway/server";
import { type RecordingProxy, startRecordingProxy } from "@slipway/testing";
import { register } from "./images.ts";

export interface SystemOptions {
  /** What local Fargate does otherwise, as its script of failures says it. */
  readonly script?: object;
}

/** A server, local Fargate and an agent in this process, and one registered flow. */
export interface System {
  readonly client: SlipwayClient;
  /** What the agent sends to ECS. */
  readonly ecs: RecordingProxy;
  create(): Promise<string>;
  until(id: string, condition: (run: FlowRunDetail) => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startSystem({ script }: SystemOptions = {}): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const server = await startServer({ host: "127.0.0.1", port: 0, dataDir: join(folder, "server") });
  const fargate = await startFargateLocal({
    port: 0,
    dataDir: join(folder, "fargate"),
    driver: "process",
    ...(script === undefined ? {} : { script }),
  });
  const ecs = await startRecordingProxy({ target: fargate.url });
  const client = createClient({ url: server.graphqlUrl });
  const flowVersionId = await registerFlow(client, join(folder, "images"));
  const agent = await startAgent({
    name: "bench",
    labels: [],
    apiUrl: server.graphqlUrl,
    ecsClientDefaults: {
      endpoint: ecs.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
  });
  return {
    client,
    ecs,
    create: async () => (await client.createFlowRun({ flowVersionId })).id,
    until: (id, condition) => until(client, id, condition),
    close: async () => {
      for (const part of [agent, ecs, fargate, server]) await part.close();
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
