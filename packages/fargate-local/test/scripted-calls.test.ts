import {
  DescribeTasksCommand,
  ListClustersCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";
import { afterEach, describe, expect, it } from "vitest";
import type { FailureScriptInput } from "../src/index.ts";
import { type Bench, definition, isStopped, openBench, run, until } from "./local-fargate.ts";

const IMAGE = "/no/such/image";
const CAPACITY =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone";

let bench: Bench;

afterEach(() => bench.close());

async function openWith(script: FailureScriptInput): Promise<void> {
  bench = await openBench({ script });
}

async function register(...families: string[]): Promise<void> {
  for (const family of families) {
    await bench.ecs.send(new RegisterTaskDefinitionCommand(definition(IMAGE, { family })));
  }
}

/** What a RunTask comes to, in a word. */
async function outcome(fields: Partial<RunTaskCommandInput> = {}): Promise<string> {
  try {
    const { tasks, failures } = await bench.ecs.send(new RunTaskCommand(run(fields)));
    return failures?.[0]?.reason ?? (tasks?.length ? "runs" : "empty");
  } catch (error) {
    return error instanceof Error ? error.name : "?";
  }
}

async function outcomes(count: number, fields: Partial<RunTaskCommandInput> = {}) {
  const found = [];
  for (let index = 0; index < count; index++) found.push(await outcome(fields));
  return found;
}

const listed = async () => {
  const [running, stopped] = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
      bench.ecs.send(new ListTasksCommand({ desiredStatus })),
    ),
  );
  return [...(running?.taskArns ?? []), ...(stopped?.taskArns ?? [])];
};

describe("a scripted answer", () => {
  it.each([
    ["throttle", "ThrottlingException"],
    ["capacity", CAPACITY],
    ["empty", "empty"],
    [{ failures: [{ reason: "RESOURCE:MEMORY" }] }, "RESOURCE:MEMORY"],
    [
      { error: { exception: "AccessDeniedException", message: "no", status: 403 } },
      "AccessDeniedException",
    ],
    ["lost-request", "TimeoutError"],
  ])("%j: is given for as many calls as it says, and launches nothing", async (answer, word) => {
    await openWith({ failures: [{ operation: "RunTask", times: 2, after: 1, answer }] });
    await register("flow");
    expect(await outcomes(4)).toEqual(["runs", word, word, "runs"]);
    expect(await listed()).toHaveLength(2);
  });

  it("lost-reply: launches, and the same token finds what it launched", async () => {
    await openWith({ failures: [{ operation: "RunTask", answer: "lost-reply" }] });
    await register("flow");
    expect(await outcome({ clientToken: "once" })).toBe("TimeoutError");
    expect(await listed()).toHaveLength(1);
    expect(await outcome({ clientToken: "once" })).toBe("runs");
    expect(await listed()).toHaveLength(1);
  });

  it("late: is the truth after a while", async () => {
    await openWith({
      failures: [{ operation: "ListClusters", answer: { late: { delay: "400ms" } } }],
    });
    const start = performance.now();
    const { clusterArns } = await bench.ecs.send(new ListClustersCommand({}));
    expect(performance.now() - start).toBeGreaterThanOrEqual(399);
    expect(clusterArns).toHaveLength(1);
  });

  it("late: is a refusal, too, where that is the truth", async () => {
    const answer = { late: { delay: "10ms" } };
    await openWith({ failures: [{ operation: "RunTask", answer }] });
    expect(await outcome()).toBe("ClientException");
  });

  it("empty: knows none of the tasks that are asked for", async () => {
    await openWith({ failures: [{ operation: "DescribeTasks", answer: "empty" }] });
    const { tasks, failures } = await bench.ecs.send(new DescribeTasksCommand({ tasks: ["a"] }));
    expect({ tasks, failures }).toEqual({ tasks: [], failures: [] });
  });

  it("is for the families that match, and for the provider that is asked for", async () => {
    await openWith({
      failures: [
        { operation: "RunTask", family: "etl-*", answer: "throttle", times: 9 },
        { operation: "RunTask", capacityProvider: "FARGATE_SPOT", answer: "capacity", times: 9 },
      ],
    });
    await register("etl-a", "etl", "web");
    expect(await outcome({ taskDefinition: "etl-a" })).toBe("ThrottlingException");
    expect(await outcome({ taskDefinition: "etl" })).toBe("runs");
    const spot = { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] };
    const { launchType: _launchType, ...onSpot } = run({ taskDefinition: "web", ...spot });
    const { failures } = await bench.ecs.send(new RunTaskCommand(onSpot));
    expect(failures).toEqual([{ reason: CAPACITY }]);
    expect(await outcome({ taskDefinition: "web" })).toBe("runs");
  });

  it("comes every so many calls", async () => {
    await openWith({ failures: [{ operation: "RunTask", every: 3, answer: "throttle" }] });
    await register("flow");
    const ok = ["runs", "runs", "ThrottlingException"];
    expect(await outcomes(6)).toEqual([...ok, ...ok]);
  });

  it("comes by chance, and the same way for the same seed", async () => {
    const script = {
      seed: 7,
      failures: [{ operation: "RunTask", chance: 0.5, answer: "throttle" }],
    };
    await openWith(script);
    await register("flow");
    const first = await outcomes(20);
    await bench.close();
    await openWith(script);
    await register("flow");
    expect(await outcomes(20)).toEqual(first);
    expect(new Set(first)).toEqual(new Set(["runs", "ThrottlingException"]));
  });
});

describe("rates", () => {
  it("refuse what goes beyond the quota, which counts tasks and fills again", async () => {
    await openWith({ rates: { RunTask: { burst: 3, perSecond: 2 } } });
    await register("flow");
    expect(await outcome({ count: 2 })).toBe("runs");
    expect(await outcome({ count: 2 })).toBe("ThrottlingException");
    expect(await outcome()).toBe("runs");
    expect(await outcome()).toBe("ThrottlingException");
    await expect.poll(() => outcome(), { interval: 100, timeout: 5_000 }).toBe("runs");
  });
});

describe("settle", () => {
  it("leaves a new task unknown for a while", async () => {
    await openWith({ settle: "500ms" });
    await register("flow");
    const { tasks } = await bench.ecs.send(new RunTaskCommand(run()));
    const arn = tasks?.[0]?.taskArn ?? "";
    const early = await bench.ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
    expect(early.failures).toEqual([{ arn, reason: "MISSING" }]);
    expect(await listed()).toEqual([]);
    await expect.poll(listed, { timeout: 5_000 }).toEqual([arn]);
  });
});

describe("without a script", () => {
  it("a task goes the way that it goes beside a script about others", async () => {
    const lives: unknown[] = [];
    const other = { failures: [{ task: "role", family: "other", times: 9 }], settle: "0s" };
    for (const options of [{}, { script: {} }, { script: other }]) {
      bench = await openBench(options);
      await register("flow");
      const { tasks } = await bench.ecs.send(new RunTaskCommand(run()));
      const arn = tasks?.[0]?.taskArn ?? "";
      const life = await until(bench.ecs, arn, isStopped);
      lives.push(withoutNames(life, arn, bench.folder));
      if (lives.length < 3) await bench.close();
    }
    expect(lives[0]).toMatchObject({ lastStatus: "STOPPED", stopCode: "TaskFailedToStart" });
    expect(lives[1]).toEqual(lives[0]);
    expect(lives[2]).toEqual(lives[0]);
  });
});

/** The task without what differs each time: ids and times. */
function withoutNames(task: Task, arn: string, folder: string): unknown {
  const text = JSON.stringify(task, (key, value) => (key.endsWith("At") ? "then" : value));
  const id = arn.split("/").at(-1) ?? "";
  return JSON.parse(
    text
      .replaceAll(id, "id")
      .replaceAll(folder, "folder")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "uuid")
      .replaceAll(/eni-[0-9a-f]+|02(:[0-9a-f]{2}){5}/g, "name"),
  );
}
