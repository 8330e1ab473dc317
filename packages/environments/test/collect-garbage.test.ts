import type { JsonObject } from "@slipway/core";
import { FargateTaskEnvironment, type FargateTaskEnvironmentOptions } from "@slipway/environments";
import { type CollectOptions, collectGarbage } from "@slipway/environments/launch";
import { afterEach, describe, expect, it } from "vitest";
import { type AnsweringServer, type Answers, refusal, startAnswering } from "./ecs-answers.ts";
import { CREDENTIALS, taskOf } from "./launching.ts";

const servers: AnsweringServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const arnOf = (family: string, revision: number) =>
  `arn:aws:ecs:eu-west-1:111122223333:task-definition/${family}:${revision}`;

/** Revisions 1 to 8 of the family, the third and the eighth of them the author's own; and a family that begins alike. */
const FAMILY: Answers = {
  ListTaskDefinitions: ({ nextToken }) => ({
    body:
      nextToken === undefined
        ? {
            taskDefinitionArns: [1, 2, 3, 4].map((each) => arnOf("weather", each)),
            nextToken: "more",
          }
        : {
            taskDefinitionArns: [
              ...[5, 6, 7, 8].map((each) => arnOf("weather", each)),
              arnOf("weather-of-others", 1),
            ],
          },
  }),
  DescribeTaskDefinition: ({ taskDefinition }) => {
    const revision = Number(String(taskDefinition).split(":").at(-1));
    const own = { key: "slipway:definition-hash", value: `hash-${revision}` };
    return { body: { taskDefinition: {}, tags: revision === 3 || revision === 8 ? [] : [own] } };
  },
  ListTasks: { body: { taskArns: ["one"] } },
  DescribeTasks: {
    body: { tasks: [taskOf(2, { taskDefinitionArn: arnOf("weather", 2) })] },
  },
  DeregisterTaskDefinition: { body: {} },
};

async function collecting(
  more: Partial<CollectOptions> = {},
  answers: Answers = {},
  given: FargateTaskEnvironmentOptions = { cpu: "256", memory: "512" },
) {
  const server = await startAnswering({ ...FAMILY, ...answers });
  servers.push(server);
  const environment = new FargateTaskEnvironment(given);
  const defaults = { endpoint: server.url, region: "eu-west-1", credentials: CREDENTIALS };
  const options = { flowName: "weather", keepRevisions: 1, pauseMs: 1, ...more };
  const collected = await collectGarbage(environment.serialize(), defaults, options);
  const removed = server
    .sent("DeregisterTaskDefinition")
    .map(({ taskDefinition }: JsonObject) => taskDefinition);
  return { collected, removed, server };
}

describe("collectGarbage", () => {
  it("says what it would remove, and changes nothing unless it is told to", async () => {
    const { collected, removed } = await collecting();
    expect(collected).toEqual({
      family: "weather",
      dryRun: true,
      removed: [1, 4, 5, 6],
      kept: [
        { revision: 8, why: "not Slipway's" },
        { revision: 7, why: "among the newest" },
        { revision: 3, why: "not Slipway's" },
        { revision: 2, why: "in use" },
      ],
      failed: [],
    });
    expect(removed).toEqual([]);
  });

  it("removes exactly that, the oldest first", async () => {
    const told: number[] = [];
    const { collected, removed } = await collecting({
      dryRun: false,
      onRemoved: (revision) => told.push(revision),
    });
    expect(removed).toEqual(["weather:1", "weather:4", "weather:5", "weather:6"]);
    expect(collected).toMatchObject({ dryRun: false, removed: [1, 4, 5, 6], failed: [] });
    expect(told).toEqual([1, 4, 5, 6]);
  });

  it("keeps what is named, and more of the newest", async () => {
    const { collected } = await collecting({ keepRevisions: 2, keepHashes: ["hash-4"] });
    expect(collected.removed).toEqual([1, 5]);
    expect(collected.kept).toContainEqual({ revision: 4, why: "named" });
  });

  it("waits between its calls, and longer where AWS asks it to", async () => {
    const started = performance.now();
    const { collected, removed } = await collecting(
      { dryRun: false, pauseMs: 40 },
      {
        DeregisterTaskDefinition: (_, count) =>
          count === 1 ? refusal("ThrottlingException", "Rate exceeded") : { body: {} },
      },
    );
    expect(removed).toEqual(["weather:1", "weather:1", "weather:4", "weather:5", "weather:6"]);
    expect(collected.removed).toEqual([1, 4, 5, 6]);
    expect(performance.now() - started).toBeGreaterThan(40 * 5 - 5);
  });

  it("goes on with the others where one is refused, and says why", async () => {
    const { collected } = await collecting(
      { dryRun: false },
      {
        DeregisterTaskDefinition: ({ taskDefinition }) =>
          taskDefinition === "weather:4" ? refusal("ClientException", "It is held") : { body: {} },
      },
    );
    expect(collected).toMatchObject({
      removed: [1, 5, 6],
      failed: [{ revision: 4, message: expect.stringContaining("It is held") }],
    });
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const { collected } = await collecting({
      dryRun: false,
      pauseMs: 60_000,
      signal: stop.signal,
      onRemoved: () => stop.abort(),
    });
    expect(collected.removed).toEqual([1]);
  });

  it("looks at the family of a definition that the author names", async () => {
    const { collected, server } = await collecting({}, {}, { taskDefinition: arnOf("weather", 8) });
    expect(server.sent("ListTaskDefinitions")[0]).toMatchObject({ familyPrefix: "weather" });
    expect(collected.family).toBe("weather");
  });

  it("removes nothing where it is told nothing of what is in use", async () => {
    await expect(
      collecting({ dryRun: false }, { DescribeTasks: { body: {} } }),
    ).rejects.toMatchObject({ code: "CLOUD_UNREACHABLE" });
    expect(servers.at(-1)?.sent("DeregisterTaskDefinition")).toEqual([]);
  });

  it("removes nothing where it cannot tell what is in use", async () => {
    const denied = refusal("AccessDeniedException", "not authorized to perform: ecs:ListTasks");
    await expect(collecting({ dryRun: false }, { ListTasks: denied })).rejects.toMatchObject({
      code: "CLOUD_REFUSED",
    });
    expect(servers.at(-1)?.sent("DeregisterTaskDefinition")).toEqual([]);
  });
});
