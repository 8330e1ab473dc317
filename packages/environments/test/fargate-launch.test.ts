import type { JsonObject, LaunchRequest } from "@slipway/core";
import type { FargateTaskEnvironmentOptions } from "@slipway/environments";
import { FargateTaskEnvironment } from "@slipway/environments";
import { createLauncher } from "@slipway/environments/launch";
import { afterEach, describe, expect, it } from "vitest";
import { type AnsweringServer, type Answers, refusal, startAnswering } from "./ecs-answers.ts";
import { REQUEST } from "./launch-request.ts";
import { memoryLedger } from "./memory-ledger.ts";

const ID = "0123456789abcdef0123456789abcdef";
const ARN = `arn:aws:ecs:eu-west-1:111122223333:task/default/${ID}`;
const DEFINITION = "arn:aws:ecs:eu-west-1:111122223333:task-definition/weather-report";

const taskOf = (revision: number, more: object = {}) => ({
  taskArn: ARN,
  taskDefinitionArn: `${DEFINITION}:${revision}`,
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
  DescribeTasks: { body: { tasks: [], failures: [] } },
  StopTask: { body: {} },
};

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function launching(answers: Answers = {}, more: FargateTaskEnvironmentOptions = {}) {
  const server: AnsweringServer = await startAnswering({ ...WORKING, ...answers });
  const environment = new FargateTaskEnvironment({ cpu: "256", memory: "512", ...more });
  const launcher = await createLauncher(environment.serialize(), {
    endpoint: server.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDLOCAL", secretAccessKey: "local-secret-key" },
  });
  opened.push(launcher, server);
  return { server, launcher };
}

const another = (more: Partial<LaunchRequest>): LaunchRequest => ({ ...REQUEST, ...more });

const operations = (server: AnsweringServer) => server.asked.map(({ operation }) => operation);

describe("a launch", () => {
  it("registers once, writes its intent, and then runs the task", async () => {
    const { server, launcher } = await launching();
    const ledger = memoryLedger();
    await launcher.setup(REQUEST, ledger);
    expect(ledger.told).toEqual(["definition RegisterTaskDefinition"]);
    const launched = await launcher.execute(REQUEST, ledger);
    expect(ledger.told).toEqual(["definition RegisterTaskDefinition", "begin RunTask 0"]);
    expect(launched).toMatchObject({ kind: "EcsTask", id: ID, details: { revision: 1 } });
    await launcher.execute(another({ flowRunId: "another", attemptId: "b" }), ledger);
    expect(operations(server)).toEqual([
      "DescribeTaskDefinition",
      "RegisterTaskDefinition",
      "RunTask",
      "RunTask",
    ]);
    expect(server.sent("RunTask")[0]).toEqual(launcher.render(REQUEST, launched)["RunTask"]);
  });

  it("registers nothing where the ledger knows the revision", async () => {
    const definitions = new Map<string, number>();
    const first = await launching();
    await first.launcher.setup(REQUEST, memoryLedger(definitions));
    const [key = ""] = definitions.keys();
    expect(key).toMatch(/^[0-9a-f]{64} [0-9a-f]{64}$/);
    definitions.set(key, 7);
    const { server, launcher } = first;
    launcher.close();
    const again = await createLauncher(
      new FargateTaskEnvironment({ cpu: "256", memory: "512" }).serialize(),
      {
        endpoint: server.url,
        region: "eu-west-1",
        credentials: { accessKeyId: "AKIDLOCAL", secretAccessKey: "local-secret-key" },
      },
    );
    opened.push(again);
    await again.execute(REQUEST, memoryLedger(definitions));
    expect(server.sent("RegisterTaskDefinition")).toHaveLength(1);
    expect(server.sent("RunTask")[0]).toMatchObject({ taskDefinition: "weather-report:7" });
  });

  it("registers again, once, where the recorded revision is not there any more", async () => {
    const { server, launcher } = await launching({
      RunTask: ({ taskDefinition }) =>
        taskDefinition === "weather-report:1"
          ? refusal("ClientException", "TaskDefinition is inactive")
          : { body: { tasks: [taskOf(2)] } },
    });
    const ledger = memoryLedger();
    expect(await launcher.execute(REQUEST, ledger)).toMatchObject({ details: { revision: 2 } });
    expect(ledger.told).toEqual([
      "definition RegisterTaskDefinition",
      "begin RunTask 0",
      "forget 1",
      "definition RegisterTaskDefinition",
      "begin RunTask 0",
    ]);
    expect(server.sent("RegisterTaskDefinition")).toHaveLength(2);
  });

  it("gives up after that", async () => {
    const { server, launcher } = await launching({
      RunTask: refusal("ClientException", "TaskDefinition is inactive"),
    });
    await expect(launcher.execute(REQUEST, memoryLedger())).rejects.toMatchObject({
      details: { cause: "DefinitionInactive" },
    });
    expect(server.sent("RunTask")).toHaveLength(2);
  });

  it("fails in one call where another one could not help", async () => {
    const { server, launcher } = await launching({
      RunTask: refusal(
        "AccessDeniedException",
        "User: x is not authorized to perform: ecs:RunTask",
      ),
    });
    await expect(launcher.execute(REQUEST, memoryLedger())).rejects.toMatchObject({
      code: "CLOUD_REFUSED",
      details: { cause: "AccessDenied", nature: "permanent" },
    });
    expect(server.sent("RunTask")).toHaveLength(1);
  });

  it.each([
    ["RESOURCE:MEMORY", "Capacity"],
    ["RESOURCE:ENI", "Capacity"],
    ["AGENT", "Capacity"],
    ["Capacity is unavailable at this time. Please try again later", "Capacity"],
    ["MISSING", "Refused"],
  ])("names the cause where nothing was launched: %s", async (reason, cause) => {
    const { launcher } = await launching({
      RunTask: { body: { tasks: [], failures: [{ arn: "arn:x", reason }] } },
    });
    const error: unknown = await launcher.execute(REQUEST, memoryLedger()).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "LAUNCH_FAILED", details: { cause } });
    expect(String(error)).toContain(reason);
  });

  it("leaves a rate limit to the agent, which shares the rate", async () => {
    const { server, launcher } = await launching({
      RunTask: refusal("ThrottlingException", "Rate exceeded"),
    });
    await expect(launcher.execute(REQUEST, memoryLedger())).rejects.toMatchObject({
      details: { cause: "Throttled" },
    });
    expect(server.sent("RunTask")).toHaveLength(1);
  });
});

describe("an answer that was lost", () => {
  const tagged = (attemptId: string): JsonObject => ({
    tags: [{ key: "identifier", value: attemptId }],
  });

  it("is looked for, and what it launched is taken", async () => {
    const { server, launcher } = await launching({
      RunTask: { lost: true },
      ListTasks: ({ desiredStatus }) => ({
        body: { taskArns: desiredStatus === "STOPPED" ? [ARN] : [] },
      }),
      DescribeTasks: { body: { tasks: [taskOf(1, tagged(REQUEST.attemptId))] } },
    });
    expect(await launcher.execute(REQUEST, memoryLedger())).toMatchObject({ id: ID });
    expect(server.sent("RunTask")).toHaveLength(1);
  });

  it("is asked for again with the same client token where nothing is found", async () => {
    const { server, launcher } = await launching({
      RunTask: (_, count) => (count === 1 ? { lost: true } : { body: { tasks: [taskOf(1)] } }),
      DescribeTasks: { body: { tasks: [taskOf(1, tagged("another attempt"))] } },
    });
    const ledger = memoryLedger();
    expect(await launcher.execute(REQUEST, ledger)).toMatchObject({ id: ID });
    const [first, second, ...more] = server.sent("RunTask");
    expect(more).toEqual([]);
    expect(second).toEqual(first);
    expect(first?.["clientToken"]).toBeTypeOf("string");
    expect(ledger.told.filter((line) => line.startsWith("begin"))).toHaveLength(2);
  });

  it("is told as such where it is lost each time, also where AWS says that it failed itself", async () => {
    const { server, launcher } = await launching({
      RunTask: refusal("ServerException", "Service Unavailable. Please try again later.", 500),
    });
    await expect(launcher.execute(REQUEST, memoryLedger())).rejects.toMatchObject({
      code: "CLOUD_UNREACHABLE",
      details: { cause: "Unreachable", operation: "RunTask" },
    });
    expect(server.sent("RunTask")).toHaveLength(3);
  });
});

describe("stopping", () => {
  it("asks ECS, with the reason cut to what it takes", async () => {
    const { server, launcher } = await launching();
    await launcher.stop({ kind: "EcsTask", id: ID, details: {} }, "x".repeat(400));
    expect(server.sent("StopTask")).toEqual([{ task: ID, reason: "x".repeat(255) }]);
  });

  it("is done where ECS does not know the task", async () => {
    const { launcher } = await launching({
      StopTask: refusal("InvalidParameterException", "The referenced task was not found."),
    });
    await launcher.stop({ kind: "EcsTask", id: ID, details: {} }, "cancelled");
  });

  it("tells a refusal", async () => {
    const { launcher } = await launching({ StopTask: refusal("AccessDeniedException", "No.") });
    await expect(
      launcher.stop({ kind: "EcsTask", id: ID, details: {} }, "cancelled"),
    ).rejects.toMatchObject({ details: { cause: "AccessDenied" } });
  });
});
