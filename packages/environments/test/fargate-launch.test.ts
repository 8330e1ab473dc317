import { type JsonObject, type LaunchRequest, SlipwayError } from "@slipway/core";
import type { FargateTaskEnvironmentOptions } from "@slipway/environments";
import { memoryLedger } from "@slipway/testing";
import { afterEach, describe, expect, it } from "vitest";
import { type AnsweringServer, type Answers, refusal } from "./ecs-answers.ts";
import { REQUEST } from "./launch-request.ts";
import {
  TASK_ARN as ARN,
  TASK_ID as ID,
  type Launching,
  startLaunching,
  taskOf,
} from "./launching.ts";

const opened: Launching[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function launching(answers: Answers = {}, more: FargateTaskEnvironmentOptions = {}) {
  const started = await startLaunching(answers, more);
  opened.push(started);
  return started;
}

const runOfAnother = (more: Partial<LaunchRequest>): LaunchRequest => ({ ...REQUEST, ...more });

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
    await launcher.execute(runOfAnother({ flowRunId: "another", attemptId: "b" }), ledger);
    expect(operations(server)).toEqual([
      "DescribeTaskDefinition",
      "RegisterTaskDefinition",
      "RunTask",
      "RunTask",
    ]);
    expect(server.sent("RunTask")[0]).toEqual(launcher.render(REQUEST, launched)["RunTask"]);
  });

  it("registers nothing where the ledger knows the revision", async () => {
    const definitions = new Map<string, Promise<number>>();
    const first = await launching();
    await first.launcher.setup(REQUEST, memoryLedger(definitions));
    const [key = ""] = definitions.keys();
    expect(key).toMatch(/^[0-9a-f]{64} [0-9a-f]{64}$/);
    definitions.set(key, Promise.resolve(7));
    const { server, launcher, another: anotherLauncher } = first;
    launcher.close();
    const again = await anotherLauncher();
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

  it("is looked for where it came but holds nothing, at each call", async () => {
    const { server, launcher } = await launching({
      RunTask: (_, count) => ({ body: count === 1 ? {} : { tasks: [taskOf(1)] } }),
    });
    expect(await launcher.execute(REQUEST, memoryLedger())).toMatchObject({ id: ID });
    const [first, second] = server.sent("RunTask");
    expect(second).toEqual(first);
    const registering = await launching({ RegisterTaskDefinition: { body: {} } });
    await expect(registering.launcher.setup(REQUEST, memoryLedger())).rejects.toMatchObject({
      code: "CLOUD_UNREACHABLE",
    });
    const looking = await launching({
      ListTasks: { body: { taskArns: [ARN] } },
      DescribeTasks: { body: {} },
    });
    await expect(looking.launcher.find(REQUEST)).rejects.toMatchObject({
      code: "CLOUD_UNREACHABLE",
    });
  });

  it.each([
    [502, "<html><h1>502 Bad Gateway</h1></html>"],
    [200, "<html>Log in to this network</html>"],
    [403, "<html>Forbidden</html>"],
    [504, "upstream request timeout"],
    [200, '{"tasks":[{"taskArn":"arn:aws'],
  ])("is as open where a proxy answered %s in its own words", async (status, page) => {
    const { server, launcher } = await launching({
      RunTask: (_, count) => (count === 1 ? { status, page } : { body: { tasks: [taskOf(1)] } }),
    });
    expect(await launcher.execute(REQUEST, memoryLedger())).toMatchObject({ id: ID });
    expect(server.asked.map(({ operation }) => operation).slice(2)).toEqual([
      "RunTask",
      "ListTasks",
      "ListTasks",
      "RunTask",
    ]);
    const silent = await launching({ RunTask: { status, page } });
    await expect(silent.launcher.execute(REQUEST, memoryLedger())).rejects.toMatchObject({
      code: "CLOUD_UNREACHABLE",
      message: expect.stringMatching(
        new RegExp(
          `RunTask: the answer with status ${status} is none of AWS's, as if from a proxy`,
        ),
      ),
      details: { cause: "Unreachable", nature: "transient" },
    });
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

describe("a client token that was used before, under other arguments", () => {
  const conflict: Answers = {
    RunTask: {
      status: 400,
      body: {
        __type: "ConflictException",
        message: "The client token was used for a different request.",
        resourceIds: [ARN],
      },
    },
  };

  it("gives the task that it launched", async () => {
    const { launcher } = await launching({
      ...conflict,
      DescribeTasks: { body: { tasks: [taskOf(3)] } },
    });
    expect(await launcher.execute(REQUEST, memoryLedger())).toMatchObject({
      id: ID,
      details: { revision: 3 },
    });
  });

  it("does so although the task cannot be looked at now", async () => {
    const { launcher } = await launching({
      ...conflict,
      DescribeTasks: refusal("AccessDeniedException", "No."),
    });
    expect(await launcher.execute(REQUEST, memoryLedger())).toMatchObject({ id: ID });
  });
});

describe("a definition of the author's own", () => {
  it("is used as it is; its revision is what ECS says", async () => {
    const { server, launcher } = await launching(
      { RunTask: { body: { tasks: [taskOf(12)] } } },
      { runTask: { taskDefinition: "weather-report" } },
    );
    const ledger = memoryLedger();
    await launcher.setup(REQUEST, ledger);
    const launched = await launcher.execute(REQUEST, ledger);
    expect(ledger.told).toEqual(["begin RunTask 0"]);
    expect(operations(server)).toEqual(["RunTask"]);
    expect(server.sent("RunTask")[0]).toMatchObject({ taskDefinition: "weather-report" });
    expect(launched.details).toMatchObject({ revision: 12 });
    expect(launcher.render(REQUEST, launched)["RunTask"]).toEqual(server.sent("RunTask")[0]);
  });

  it("that is not there fails in one call", async () => {
    const { server, launcher } = await launching(
      { RunTask: refusal("ClientException", "TaskDefinition not found.") },
      { taskDefinition: "own:3" },
    );
    await expect(launcher.execute(REQUEST, memoryLedger())).rejects.toMatchObject({
      details: { cause: "DefinitionInactive" },
    });
    expect(operations(server)).toEqual(["RunTask"]);
  });
});

describe("another way to launch", () => {
  it("is taken where it is asked for, and remembered with what was launched", async () => {
    const { server, launcher } = await launching(
      {},
      {
        cluster: "first",
        onInfrastructureFailure: { capacity: { then: [{ cluster: "second" }] } },
      },
    );
    expect(launcher.variants).toBe(2);
    const ledger = memoryLedger();
    const launched = await launcher.execute(runOfAnother({ variant: 1 }), ledger);
    expect(ledger.told).toContain("begin RunTask 1");
    expect(server.sent("RunTask")[0]).toMatchObject({ cluster: "second" });
    expect(JSON.stringify(launched)).not.toContain("second");
    await launcher.observe(launched);
    await launcher.stop(launched, "cancelled");
    expect(server.sent("DescribeTasks")).toEqual([{ cluster: "second", tasks: [ID] }]);
    expect(server.sent("StopTask")).toMatchObject([{ cluster: "second" }]);
  });
});

describe("an attempt after a task that got no room", () => {
  it("begins with the next way to launch, and is looked after in that one's cluster", async () => {
    const { server, launcher } = await launching(
      {},
      {
        cluster: "first",
        onInfrastructureFailure: { capacity: { then: [{ cluster: "second" }] } },
      },
    );
    const request = runOfAnother({ earlier: ["Capacity"] });
    const launched = await launcher.execute(request, memoryLedger());
    expect(server.sent("RunTask")[0]).toMatchObject({ cluster: "second" });
    // What is recorded tells both: the cluster without the attempts before, and what was asked for, to render it again.
    expect(launched.details).toMatchObject({ way: 1 });
    expect(launched.details).not.toHaveProperty("variant");
    expect(launcher.render(request, launched)["RunTask"]).toEqual(server.sent("RunTask")[0]);
    await launcher.observe(launched);
    await launcher.stop(launched, "cancelled");
    expect(server.sent("DescribeTasks")).toMatchObject([{ cluster: "second" }]);
    expect(server.sent("StopTask")).toMatchObject([{ cluster: "second" }]);
    const around = runOfAnother({ earlier: ["Capacity"], variant: 1 });
    expect(launcher.render(around)["RunTask"]).toMatchObject({ cluster: "first" });
    await launcher.find(request);
    expect(server.sent("ListTasks")[0]).toMatchObject({ cluster: "second" });
  });
});

describe("many launches at once", () => {
  it("register once in one agent, also where the first to ask is superseded", async () => {
    const { server, launcher } = await launching();
    const ledger = memoryLedger();
    const superseded = {
      ...ledger,
      definition: () =>
        Promise.reject(new SlipwayError("ATTEMPT_SUPERSEDED", "Another agent has it", {})),
    };
    const setups = [
      launcher.setup(REQUEST, superseded),
      ...Array.from({ length: 20 }, () => launcher.setup(REQUEST, ledger)),
    ];
    const settled = await Promise.allSettled(setups);
    expect(settled.map(({ status }) => status)).toEqual([
      "rejected",
      ...Array.from({ length: 20 }, () => "fulfilled"),
    ]);
    expect(server.sent("RegisterTaskDefinition")).toHaveLength(1);
    expect(ledger.told).toEqual(["definition RegisterTaskDefinition"]);
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
