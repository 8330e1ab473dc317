import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startFargateLocal } from "@slipway/fargate-local";
import { startServer } from "@slipway/server";
import { type RecordingProxy, startRecordingProxy } from "@slipway/testing";

const CLI = fileURLToPath(new URL("../packages/cli/bin/slipway.mjs", import.meta.url));

/** The folder of flow files that these stories register. */
export const FLOWS = fileURLToPath(new URL("./flows/", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Stack {
  readonly home: string;
  readonly databaseDir: string;
  /** All that was sent to the server went through it. */
  readonly api: RecordingProxy;
  /** All that was sent to the ECS endpoint went through it. */
  readonly ecs: RecordingProxy;
  readonly env: NodeJS.ProcessEnv;
  cli(...args: string[]): Promise<Finished>;
  startAgent(...args: string[]): Promise<ChildProcess>;
  close(): Promise<void>;
}

export interface StackOptions {
  /** An ECS endpoint to use instead of local Fargate. */
  readonly ecsEndpoint?: string;
  readonly driver?: "auto" | "process" | "docker";
  readonly env?: NodeJS.ProcessEnv;
  /** What goes wrong on local Fargate. */
  readonly script?: object;
}

/** Server, local Fargate and recording proxies, as a user would start them, each on its own port. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const home = await mkdtemp(join(tmpdir(), "slipway-e2e-"));
  const closers: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true })];
  const databaseDir = join(home, "server");
  const server = await startServer({ host: "127.0.0.1", port: 0, dataDir: databaseDir });
  closers.push(() => server.close());
  const ecsTarget = options.ecsEndpoint ?? (await startEcs(home, options, closers));
  const api = await startRecordingProxy({ target: server.url });
  const ecs = await startRecordingProxy({ target: ecsTarget });
  closers.push(
    () => api.close(),
    () => ecs.close(),
  );
  const env = { ...stackEnvironment(home, api.url, ecs.url), ...options.env };
  const children: ChildProcess[] = [];
  closers.push(() => Promise.all(children.map((child) => end(child))));
  return {
    home,
    databaseDir,
    api,
    ecs,
    env,
    cli: (...args) => runCli(args, env),
    startAgent: async (...args) => {
      const child = spawn(process.execPath, [CLI, "agent", "start", ...args], {
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      children.push(child);
      if (child.stdout) await once(child.stdout, "data");
      return child;
    },
    close: async () => {
      for (const closer of closers.reverse()) await closer();
    },
  };
}

async function startEcs(
  home: string,
  options: StackOptions,
  closers: (() => Promise<unknown>)[],
): Promise<string> {
  const { DOCKER_HOST: dockerHost } = process.env;
  const fargate = await startFargateLocal({
    ...(dockerHost === undefined ? {} : { dockerHost }),
    port: 0,
    dataDir: join(home, "fargate"),
    driver: options.driver ?? "auto",
    ...(options.script === undefined ? {} : { script: options.script }),
  });
  closers.push(() => fargate.close());
  return fargate.url;
}

function stackEnvironment(home: string, apiUrl: string, ecsUrl: string): NodeJS.ProcessEnv {
  const { PATH, DOCKER_HOST } = process.env;
  return {
    PATH,
    ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }),
    HOME: home,
    SLIPWAY__HOME: home,
    SLIPWAY__CLOUD__GRAPHQL: `${apiUrl}/graphql`,
    AWS_ENDPOINT_URL_ECS: ecsUrl,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIDLOCAL",
    AWS_SECRET_ACCESS_KEY: "local",
  };
}

/** Runs the real command to its end. */
export async function runCli(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const [code] = await once(child, "close");
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await Promise.race([ended, sleep(5000).then(() => child.kill("SIGKILL"))]);
}
