import type { EnvironmentLauncher } from "@slipway/core";
import { FargateTaskEnvironment, type FargateTaskEnvironmentOptions } from "@slipway/environments";
import { createLauncher, type LauncherDefaults } from "@slipway/environments/launch";
import { type AnsweringServer, type Answers, refusal, startAnswering } from "./ecs-answers.ts";

export const TASK_ID = "0123456789abcdef0123456789abcdef";
export const TASK_ARN = arnOf(TASK_ID);

export const CREDENTIALS = { accessKeyId: "AKIDLOCAL", secretAccessKey: "local-secret-key" };

export function arnOf(id: string): string {
  return `arn:aws:ecs:eu-west-1:111122223333:task/default/${id}`;
}

/** A task as ECS describes it, of a revision of the family `weather-report`. */
export const taskOf = (revision: number, more: object = {}) => ({
  taskArn: TASK_ARN,
  taskDefinitionArn: `arn:aws:ecs:eu-west-1:111122223333:task-definition/weather-report:${revision}`,
  lastStatus: "PROVISIONING",
  createdAt: 1_790_000_000,
  ...more,
});

/** An account in which everything works, and every registration is a new revision. */
const WORKING: Answers = {
  DescribeTaskDefinition: refusal("ClientException", "Unable to describe task definition."),
  RegisterTaskDefinition: (_, count) => ({
    body: { taskDefinition: { family: "weather-report", revision: count } },
  }),
  RunTask: ({ taskDefinition }) => ({
    body: { tasks: [taskOf(Number(String(taskDefinition).split(":").at(-1)))], failures: [] },
  }),
  ListTasks: { body: { taskArns: [] } },
  DescribeTasks: ({ tasks }) => ({
    body: { tasks: [], failures: [{ arn: arnOf(String(tasks)), reason: "MISSING" }] },
  }),
  StopTask: { body: {} },
};

export interface Launching {
  readonly server: AnsweringServer;
  readonly launcher: EnvironmentLauncher;
  /** Another launcher that calls the same server. */
  another(more?: FargateTaskEnvironmentOptions): Promise<EnvironmentLauncher>;
  close(): Promise<void>;
}

/** A launcher whose ECS answers as told. */
export async function startLaunching(
  answers: Answers = {},
  options: FargateTaskEnvironmentOptions = {},
  more: Pick<LauncherDefaults, "prices"> = {},
): Promise<Launching> {
  const server = await startAnswering({ ...WORKING, ...answers });
  const launchers: EnvironmentLauncher[] = [];
  const defaults = { endpoint: server.url, region: "eu-west-1", credentials: CREDENTIALS, ...more };
  const another = async (given: FargateTaskEnvironmentOptions = {}) => {
    const own = given.taskDefinition !== undefined || given.runTask !== undefined;
    const size = own ? {} : { cpu: "256", memory: "512" };
    const environment = new FargateTaskEnvironment({ ...size, ...given });
    const launcher = await createLauncher(environment.serialize(), defaults);
    launchers.push(launcher);
    return launcher;
  };
  const launcher = await another(options);
  const close = async () => {
    for (const one of launchers) one.close();
    await server.close();
  };
  return { server, launcher, another, close };
}
