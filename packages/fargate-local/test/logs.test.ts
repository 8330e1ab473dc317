import { basename, join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, definition, isStopped, launch, openBench, until } from "./local-fargate.ts";
import { writeImage } from "./oci-image.ts";
import { command, PROGRAM } from "./test-program.ts";

const REGION = "eu-central-1";

let bench: Bench;
let image: string;
let logs: CloudWatchLogsClient;

const clientOf = (endpoint: string) =>
  new CloudWatchLogsClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    maxAttempts: 1,
  });

const imageIn = (folder: string) =>
  writeImage(join(folder, "image"), { files: { "slipway/main.mjs": PROGRAM } });

beforeAll(async () => {
  bench = await openBench();
  image = await imageIn(bench.folder);
  logs = clientOf(bench.server.url);
});

afterAll(async () => {
  logs.destroy();
  await bench.close();
});

const container = (...args: string[]) => ({ name: "flow", image, command: command(...args) });

const awslogs = (options: Record<string, string>) => ({
  logConfiguration: {
    logDriver: "awslogs" as const,
    options: { "awslogs-region": REGION, ...options },
  },
});

async function runToEnd(family: string, fields: object, ...args: string[]): Promise<string> {
  const containerDefinitions = [{ ...container(...args), ...fields }];
  const registration = { family, executionRoleArn: "execution", containerDefinitions };
  const arn = await launch(bench.ecs, definition(image, registration));
  await until(bench.ecs, arn, isStopped);
  return basename(arn);
}

describe("a container's output", () => {
  it("is in a log group of local Fargate's own, with times in milliseconds", async () => {
    const before = Date.now();
    const id = await runToEnd("plain", {}, "say", "one", "two");
    const stream = { logGroupName: "/slipway/fargate-local/plain", logStreamName: `flow/${id}` };
    const { events } = await logs.send(new GetLogEventsCommand(stream));
    expect(events?.map(({ message }) => message)).toEqual(["one", "two"]);
    for (const { timestamp = 0, ingestionTime } of events ?? []) {
      expect(timestamp).toBeGreaterThanOrEqual(before);
      expect(timestamp).toBeLessThanOrEqual(Date.now());
      expect(ingestionTime).toBe(timestamp);
    }
  });

  it("is where an awslogs driver would write it, in a group that is made", async () => {
    const options = { "awslogs-group": "/own/group", "awslogs-stream-prefix": "prefix" };
    const id = await runToEnd("aws", awslogs(options), "say", "hello");
    const { logGroups } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/own" }),
    );
    expect(logGroups).toMatchObject([
      {
        logGroupName: "/own/group",
        arn: `arn:aws:logs:${REGION}:000000000000:log-group:/own/group:*`,
      },
    ]);
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: "/own/group" }),
    );
    const [stream] = logStreams ?? [];
    expect(stream?.logStreamName).toBe(`prefix/flow/${id}`);
    expect(stream?.firstEventTimestamp).toBe(stream?.lastEventTimestamp);
    expect(stream?.lastEventTimestamp).toBeGreaterThan(0);
  });

  it("is printed as well, one line at a time", async () => {
    const id = await runToEnd("printed", {}, "say", "seen");
    expect(bench.lines).toContain(`printed/flow/${id}: seen`);
  });

  it("stays here where another driver would send it, and the log says so", async () => {
    const fields = { logConfiguration: { logDriver: "splunk" as const, options: {} } };
    const id = await runToEnd("splunk", fields, "say", "kept");
    const stream = { logGroupName: "/slipway/fargate-local/splunk", logStreamName: `flow/${id}` };
    const { events } = await logs.send(new GetLogEventsCommand(stream));
    expect(events).toMatchObject([{ message: "kept" }]);
    expect(bench.lines.join("\n")).toContain("the log driver splunk sends nothing from here");
  });
});

describe("GetLogEvents", () => {
  it("gives all of 25,000 lines once and in order, page after page, and then the same token", async () => {
    const id = await runToEnd("many", {}, "many", "25000");
    const stream = { logGroupName: "/slipway/fargate-local/many", logStreamName: `flow/${id}` };
    const messages: (string | undefined)[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const input = { ...stream, startFromHead: true, ...(nextToken ? { nextToken } : {}) };
      const page = await logs.send(new GetLogEventsCommand(input));
      messages.push(...(page.events ?? []).map(({ message }) => message));
      if (page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
    }
    expect(messages).toEqual(Array.from({ length: 25_000 }, (_, at) => `line ${at}`));
  });

  it("gives the newest first without a token, and those before them by the backward token", async () => {
    const id = await runToEnd("back", {}, "many", "10");
    const stream = { logGroupName: "/slipway/fargate-local/back", logStreamName: `flow/${id}` };
    const newest = await logs.send(new GetLogEventsCommand({ ...stream, limit: 3 }));
    expect(newest.events?.map(({ message }) => message)).toEqual(["line 7", "line 8", "line 9"]);
    const before = await logs.send(
      new GetLogEventsCommand({
        ...stream,
        limit: 2,
        ...(newest.nextBackwardToken ? { nextToken: newest.nextBackwardToken } : {}),
      }),
    );
    expect(before.events?.map(({ message }) => message)).toEqual(["line 5", "line 6"]);
  });

  it.each([
    [
      "a group",
      { logGroupName: "/no", logStreamName: "s" },
      "The specified log group does not exist.",
    ],
    [
      "a stream",
      { logGroupName: "/slipway/fargate-local/back", logStreamName: "no" },
      "The specified log stream does not exist.",
    ],
  ])("refuses %s that is not there", async (_what, input, message) => {
    await expect(logs.send(new GetLogEventsCommand(input))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message,
    });
  });

  it("refuses a token that it never gave", async () => {
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: "/slipway/fargate-local/back" }),
    );
    const logStreamName = logStreams[0]?.logStreamName;
    const input = { logGroupName: "/slipway/fargate-local/back", logStreamName, nextToken: "no" };
    await expect(logs.send(new GetLogEventsCommand(input))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });
});

describe("FilterLogEvents", () => {
  it("finds what is asked for in all streams of a group, by time, page after page", async () => {
    const first = await runToEnd("filter", {}, "say", "ERROR a", "fine");
    const second = await runToEnd("filter", {}, "say", "ERROR b", "ERROR c");
    const found: (string | undefined)[][] = [];
    let nextToken: string | undefined;
    do {
      const input = {
        logGroupName: "/slipway/fargate-local/filter",
        filterPattern: "ERROR",
        limit: 2,
        ...(nextToken === undefined ? {} : { nextToken }),
      };
      const page = await logs.send(new FilterLogEventsCommand(input));
      found.push(
        ...(page.events ?? []).map(({ logStreamName, message }) => [logStreamName, message]),
      );
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(found).toEqual([
      [`flow/${first}`, "ERROR a"],
      [`flow/${second}`, "ERROR b"],
      [`flow/${second}`, "ERROR c"],
    ]);
  });
});

describe("log groups", () => {
  it("are made once, and forgotten with their streams", async () => {
    const group = { logGroupName: "/made/by-hand" };
    await logs.send(new CreateLogGroupCommand(group));
    await expect(logs.send(new CreateLogGroupCommand(group))).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
    });
    await logs.send(new DeleteLogGroupCommand(group));
    await expect(logs.send(new DescribeLogStreamsCommand(group))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("are given by pages of fifty, in the order of their names", async () => {
    for (let at = 0; at < 60; at++) {
      await logs.send(new CreateLogGroupCommand({ logGroupName: `/page/${at}` }));
    }
    const input = { logGroupNamePrefix: "/page/" };
    const first = await logs.send(new DescribeLogGroupsCommand(input));
    expect(first.logGroups).toHaveLength(50);
    const rest = await logs.send(
      new DescribeLogGroupsCommand({
        ...input,
        ...(first.nextToken ? { nextToken: first.nextToken } : {}),
      }),
    );
    expect(rest.logGroups).toHaveLength(10);
    expect(rest.nextToken).toBeUndefined();
  });

  it("have to be there, or be made by the definition, where nobody else makes them", async () => {
    const own = await openBench({ createLogGroups: false });
    const client = clientOf(own.server.url);
    try {
      const options = { "awslogs-group": "/strict", "awslogs-stream-prefix": "p" };
      const start = (more: Record<string, string>) =>
        launch(
          own.ecs,
          definition(image, {
            executionRoleArn: "execution",
            containerDefinitions: [
              { ...container("say", "a"), ...awslogs({ ...options, ...more }) },
            ],
          }),
        );
      const refused = await until(own.ecs, await start({}), isStopped);
      expect(refused).toMatchObject({
        stopCode: "TaskFailedToStart",
        stoppedReason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
      });
      const made = await until(own.ecs, await start({ "awslogs-create-group": "true" }), isStopped);
      expect(made.stopCode).toBe("EssentialContainerExited");
      const found = await until(own.ecs, await start({}), isStopped);
      expect(found.stopCode).toBe("EssentialContainerExited");
    } finally {
      client.destroy();
      await own.close();
    }
  });
});

describe("a task's end", () => {
  it("leaves no output behind: what is written on SIGTERM is there when it is STOPPED", async () => {
    const containerDefinitions = [container("term")];
    const arn = await launch(bench.ecs, definition(image, { family: "end", containerDefinitions }));
    const stream = {
      logGroupName: "/slipway/fargate-local/end",
      logStreamName: `flow/${basename(arn)}`,
    };
    const messages = async () => {
      const answer = await logs.send(new GetLogEventsCommand(stream)).catch(() => undefined);
      return answer?.events?.map(({ message }) => message);
    };
    await expect.poll(messages, { timeout: 15_000 }).toEqual(["ready"]);
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await until(bench.ecs, arn, isStopped);
    expect(await messages()).toEqual(["ready", expect.stringMatching(/^asked to stop at/)]);
  });
});
