import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";
import { type FargateLocal, type FargateLocalOptions, startFargateLocal } from "../src/index.ts";

/** A server in a folder of its own, with the real SDK's client. */
export interface Bench {
  readonly folder: string;
  readonly server: FargateLocal;
  readonly ecs: ECSClient;
  readonly lines: string[];
  close(): Promise<void>;
}

export async function openBench(options: Partial<FargateLocalOptions> = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "fargate-local-"));
  const lines: string[] = [];
  const server = await startFargateLocal({
    port: 0,
    dataDir: join(folder, "data"),
    driver: "process",
    log: (line) => lines.push(line),
    ...options,
  });
  const ecs = createClient(server.url);
  return {
    folder,
    server,
    ecs,
    lines,
    async close() {
      ecs.destroy();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function createClient(endpoint: string, region = "eu-central-1"): ECSClient {
  return new ECSClient({
    endpoint,
    region,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    maxAttempts: 1,
  });
}

/** A definition that Fargate accepts. */
export function definition(
  image: string,
  fields: Partial<RegisterTaskDefinitionCommandInput> = {},
): RegisterTaskDefinitionCommandInput {
  return {
    family: "flow",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "flow", image }],
    ...fields,
  };
}

/** A RunTask that Fargate accepts. */
export function run(fields: Partial<RunTaskCommandInput> = {}): RunTaskCommandInput {
  return {
    taskDefinition: "flow",
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    ...fields,
  };
}

export async function launch(
  ecs: ECSClient,
  registration: RegisterTaskDefinitionCommandInput,
  fields: Partial<RunTaskCommandInput> = {},
): Promise<string> {
  await ecs.send(new RegisterTaskDefinitionCommand(registration));
  const family = registration.family ?? "";
  const answer = await ecs.send(new RunTaskCommand(run({ taskDefinition: family, ...fields })));
  return answer.tasks?.[0]?.taskArn ?? "";
}

export async function describe1(ecs: ECSClient, arn: string): Promise<Task> {
  const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: [arn], include: ["TAGS"] }));
  const [task] = tasks ?? [];
  if (task === undefined) throw new Error(`no task ${arn}`);
  return task;
}

/** Looks until the task is as it is waited for. */
export async function until(
  ecs: ECSClient,
  arn: string,
  isThere: (task: Task) => boolean,
  timeoutMs = 15_000,
): Promise<Task> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const task = await describe1(ecs, arn);
    if (isThere(task)) return task;
    if (Date.now() > end) throw new Error(`still ${task.lastStatus}: ${JSON.stringify(task)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const isStopped = (task: Task): boolean => task.lastStatus === "STOPPED";
export const isRunning = (task: Task): boolean => task.lastStatus === "RUNNING";
