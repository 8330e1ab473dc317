import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  type ListTasksCommandInput,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, definition, openBench, run } from "./local-fargate.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(() => bench.close());

async function register(...families: string[]): Promise<void> {
  for (const family of families) {
    await bench.ecs.send(new RegisterTaskDefinitionCommand(definition("/no/image", { family })));
  }
}

const ends = (arns: readonly string[] = []) => arns.map((arn) => arn.split("/")[1]);

describe("task definitions", () => {
  it("are listed in both orders, over pages, by the whole family's name", async () => {
    await register(...Array.from({ length: 11 }, () => "flow"), "flow-b");
    const found: (string | undefined)[] = [];
    const pages = paginateListTaskDefinitions(
      { client: bench.ecs, pageSize: 4 },
      { familyPrefix: "flow", sort: "DESC" },
    );
    for await (const { taskDefinitionArns } of pages) found.push(...ends(taskDefinitionArns));
    expect(found).toEqual(Array.from({ length: 11 }, (_, index) => `flow:${11 - index}`));
  });

  it("are deleted once they are inactive, and their numbers do not come again", async () => {
    await register("flow", "flow");
    await bench.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "flow:2" }));
    const { taskDefinitions, failures } = await bench.ecs.send(
      new DeleteTaskDefinitionsCommand({ taskDefinitions: ["flow:1", "flow:2", "flow:9", "flow"] }),
    );
    expect(taskDefinitions).toMatchObject([{ revision: 2, status: "DELETE_IN_PROGRESS" }]);
    expect(failures?.map(({ arn, reason }) => [arn?.split("/").at(-1), reason])).toEqual([
      ["flow:1", expect.stringContaining("still in ACTIVE status")],
      ["flow:9", expect.stringContaining("identifier is invalid")],
      ["flow", expect.stringContaining("identifier is invalid")],
    ]);
    const { taskDefinition } = await bench.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "flow:2" }),
    );
    expect(taskDefinition?.status).toBe("DELETE_IN_PROGRESS");
    await expect(
      bench.ecs.send(new RunTaskCommand(run({ taskDefinition: "flow:2" }))),
    ).rejects.toThrow("TaskDefinition is inactive");
    await register("flow");
    const { taskDefinitionArns } = await bench.ecs.send(new ListTaskDefinitionsCommand({}));
    expect(ends(taskDefinitionArns)).toEqual(["flow:1", "flow:3"]);
  });

  it("leave no family behind when all are deleted", async () => {
    await register("flow");
    await bench.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "flow:1" }));
    await bench.ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: ["flow:1"] }));
    const { families } = await bench.ecs.send(new ListTaskDefinitionFamiliesCommand({}));
    expect(families).toEqual([]);
  });
});

describe("ListTasks", () => {
  it.each<[string, ListTasksCommandInput, string, string]>([
    [
      "startedBy beside a family",
      { startedBy: "me", family: "flow" },
      "InvalidParameterException",
      "cannot specify startedBy with other arguments",
    ],
    [
      "startedBy beside a launch type",
      { startedBy: "me", launchType: "FARGATE" },
      "InvalidParameterException",
      "cannot specify startedBy with other arguments",
    ],
    [
      "a family beside a service",
      { family: "flow", serviceName: "web" },
      "InvalidParameterException",
      "cannot specify serviceName with family",
    ],
    [
      "a service, of which there are none",
      { serviceName: "web" },
      "ServiceNotFoundException",
      "Service not found.",
    ],
    [
      "an instance, of which there are none",
      { containerInstance: "i" },
      "InvalidParameterException",
      "Referenced container instance not found.",
    ],
    [
      "too many at once",
      { maxResults: 101 },
      "InvalidParameterException",
      "maxResults must be between 1 and 100.",
    ],
    [
      "a token of its own making",
      { nextToken: "!" },
      "InvalidParameterException",
      "Invalid token.",
    ],
  ])("refuses %s", async (_name, input, name, message) => {
    await expect(bench.ecs.send(new ListTasksCommand(input))).rejects.toMatchObject({
      name,
      message,
    });
  });

  it("takes startedBy with a desired status, and knows no task that is to be PENDING", async () => {
    await register("flow");
    await bench.ecs.send(new RunTaskCommand(run({ startedBy: "me" })));
    const list = (input: ListTasksCommandInput) => bench.ecs.send(new ListTasksCommand(input));
    const stopped = async () =>
      (await list({ startedBy: "me", desiredStatus: "STOPPED" })).taskArns;
    await expect.poll(stopped).toHaveLength(1);
    expect((await list({ desiredStatus: "PENDING" })).taskArns).toEqual([]);
  });
});
