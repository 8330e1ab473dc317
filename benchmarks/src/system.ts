import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import { type RecordingProxy, startRecordingProxy } from "@slipway/testing";
import { endParts, type Part, registerFlow, startPart, until } from "./parts.ts";

export interface SystemOptions {
  /** What local Fargate does otherwise, as its script of failures says it. */
  readonly script?: object;
}

/** A server, local Fargate and an agent, each in a process of its own as users start them, and one registered flow. */
export interface System {
  readonly client: SlipwayClient;
  /** What the agent sends to ECS. */
  readonly ecs: RecordingProxy;
  create(): Promise<string>;
  until(id: string, condition: (run: FlowRunDetail) => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startSystem({ script }: SystemOptions = {}): Promise<System> {
  const home = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const parts: Part[] = [];
  const start = (...args: readonly string[]) => startPart(home, args, parts);
  const server = await start("server", "start", "--port", "0");
  const scriptFile = join(home, "script.yaml");
  await writeFile(scriptFile, JSON.stringify(script ?? {})); // JSON is YAML, too.
  const options = ["--port", "0", "--driver", "process", "--script", scriptFile];
  const fargate = await start("fargate-local", ...options);
  const ecs = await startRecordingProxy({ target: fargate });
  const graphql = `${server}/graphql`;
  const client = createClient({ url: graphql });
  const flowVersionId = await registerFlow(client, join(home, "images"), "noop.ts");
  await start("agent", "start", "--name", "bench", "--api", graphql, "--ecs-endpoint", ecs.url);
  return {
    client,
    ecs,
    create: async () => (await client.createFlowRun({ flowVersionId })).id,
    until: async (id, condition) => {
      await until(client, id, condition);
    },
    close: async () => {
      await endParts(parts);
      await ecs.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
