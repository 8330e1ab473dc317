import type { Infrastructure } from "@slipway/core";
import { afterEach, describe, expect, it } from "vitest";
import { type Answers, refusal } from "./ecs-answers.ts";
import { REQUEST } from "./launch-request.ts";
import { type Launching, startLaunching, TASK_ID } from "./launching.ts";

const opened: Launching[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function launching(...given: Parameters<typeof startLaunching>) {
  const started = await startLaunching(...given);
  opened.push(started);
  return started;
}

const TASK: Infrastructure = { kind: "EcsTask", id: TASK_ID, details: { revision: 3 } };

/** A stream of lines that gives them in pages, the newest first. */
const stream = (lines: readonly string[], pageSize: number): Answers => ({
  GetLogEvents: ({ limit, nextToken }) => {
    const end = nextToken === undefined ? lines.length : Number(nextToken);
    const start = Math.max(0, end - Math.min(pageSize, Number(limit)));
    const events = lines.slice(start, end).map((message) => ({ message, timestamp: 1 }));
    return { body: { events, nextBackwardToken: String(start) } };
  },
});

const awslogs = {
  logDriver: "awslogs",
  options: {
    "awslogs-group": "/flows/weather",
    "awslogs-region": "eu-west-1",
    "awslogs-stream-prefix": "runs",
  },
} as const;

describe("the last lines of a container's log", () => {
  it("are read where the awslogs driver put them, oldest first", async () => {
    const { server, launcher } = await launching(stream(["1\n", "2\r\n", "3", "4"], 2), {
      containerDefinitions: [{ name: "main", logConfiguration: awslogs }],
    });
    expect(await launcher.logTail(TASK, REQUEST, 3)).toEqual(["2", "3", "4"]);
    expect(server.sent("GetLogEvents")[0]).toEqual({
      logGroupName: "/flows/weather",
      logStreamName: `runs/main/${TASK_ID}`,
      limit: 3,
      startFromHead: false,
    });
  });

  it("are read from local Fargate's own group where no driver is given", async () => {
    const { server, launcher } = await launching(stream(["only"], 10));
    expect(await launcher.logTail(TASK, REQUEST, 200)).toEqual(["only"]);
    expect(server.sent("GetLogEvents")[0]).toMatchObject({
      logGroupName: "/slipway/fargate-local/weather-report",
      logStreamName: `flow/${TASK_ID}`,
    });
  });

  it("are found by the definition where that is the author's own", async () => {
    const { launcher } = await launching(
      {
        ...stream(["from its own group"], 10),
        DescribeTaskDefinition: {
          body: {
            taskDefinition: {
              containerDefinitions: [
                { name: "proxy" },
                { name: "main", logConfiguration: awslogs },
              ],
            },
          },
        },
      },
      { taskDefinition: "own:3", overrides: { containerOverrides: [{ name: "main" }] } },
    );
    expect(await launcher.logTail(TASK, REQUEST, 200)).toEqual(["from its own group"]);
  });

  it("are none where the stream is not there", async () => {
    const { launcher } = await launching({
      GetLogEvents: refusal(
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
      ),
    });
    expect(await launcher.logTail(TASK, REQUEST, 200)).toEqual([]);
  });

  it("are not asked for where another driver has them", async () => {
    const { server, launcher } = await launching(stream(["x"], 10), {
      containerDefinitions: [
        { name: "main", logConfiguration: { logDriver: "splunk", options: {} } },
      ],
    });
    expect(await launcher.logTail(TASK, REQUEST, 200)).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it("hold neither the run's token nor an argument", async () => {
    const lines = [`token=${REQUEST.bootstrapToken} key=a-secret-of-the-author`];
    const { launcher } = await launching(stream(lines, 10), {
      containerDefinitions: [
        { name: "main", environment: [{ name: "KEY", value: "a-secret-of-the-author" }] },
      ],
    });
    const [line] = await launcher.logTail(TASK, REQUEST, 200);
    expect(line).toBe("token=‹token› key=‹containerDefinitions[0].environment[0].value›");
  });

  it("that may not be read are an error that names the right", async () => {
    const { launcher } = await launching({
      GetLogEvents: refusal(
        "AccessDeniedException",
        "User: x is not authorized to perform: logs:GetLogEvents",
      ),
    });
    await expect(launcher.logTail(TASK, REQUEST, 200)).rejects.toMatchObject({
      code: "CLOUD_REFUSED",
      details: { cause: "AccessDenied", operation: "GetLogEvents" },
    });
  });
});
