import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import { type RecordingProxy, startRecordingProxy } from "@slipway/testing";
import { register } from "./images.ts";

const CLI = fileURLToPath(new URL("../../packages/cli/bin/slipway.mjs", import.meta.url));

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
  const children: ChildProcess[] = [];
  const start = (...args: readonly string[]) => startPart(home, args, children);
  const server = await start("server", "start", "--port", "0");
  const scriptFile = join(home, "script.yaml");
  await writeFile(scriptFile, JSON.stringify(script ?? {})); // JSON is YAML, too.
  const options = ["--port", "0", "--driver", "process", "--script", scriptFile];
  const fargate = await start("fargate-local", ...options);
  const ecs = await startRecordingProxy({ target: fargate });
  const graphql = `${server}/graphql`;
  const client = createClient({ url: graphql });
  const flowVersionId = await registerFlow(client, join(home, "images"));
  await start("agent", "start", "--name", "bench", "--api", graphql, "--ecs-endpoint", ecs.url);
  return {
    client,
    ecs,
    create: async () => (await client.createFlowRun({ flowVersionId })).id,
    until: (id, condition) => until(client, id, condition),
    close: async () => {
      for (const child of children.reverse()) await end(child);
      await ecs.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Starts a part and answers its address, which it says in its first line. */
async function startPart(home: string, args: readonly string[], children: ChildProcess[]) {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [CLI, "--json", ...args], {
    env: { PATH, HOME: home, SLIPWAY__HOME: home },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const said: unknown = JSON.parse(line);
    if (typeof said !== "object" || said === null || !("kind" in said)) continue;
    if (said.kind !== "ready") continue;
    child.stdout.resume();
    return "url" in said ? String(said.url) : "";
  }
  throw new Error(`slipway ${args.join(" ")} did not start`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await Promise.race([ended, sleep(10_000).then(() => child.kill("SIGKILL"))]);
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
