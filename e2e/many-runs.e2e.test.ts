import { join } from "node:path";
import { DescribeTasksCommand, ECSClient, paginateListTasks } from "@aws-sdk/client-ecs";
import { createClient } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { FLOWS, type Stack, startStack } from "./harness.ts";

const RUNS = 200;

/** The attempts that local Fargate ran a task for, one entry for each task. */
async function launchedAttempts({ ecs }: Stack): Promise<readonly string[]> {
  const client = new ECSClient({
    endpoint: ecs.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDLOCAL", secretAccessKey: "local" },
  });
  const attempts: string[] = [];
  for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
    for await (const { taskArns = [] } of paginateListTasks({ client }, { desiredStatus })) {
      if (taskArns.length === 0) continue;
      const { tasks = [] } = await client.send(
        new DescribeTasksCommand({ tasks: taskArns, include: ["TAGS"] }),
      );
      for (const { tags = [] } of tasks) {
        attempts.push(tags.find(({ key }) => key === "identifier")?.value ?? "untagged");
      }
    }
  }
  return attempts;
}

function count(stack: Stack, operation: string): number {
  return stack.ecs.requests.filter(({ headers }) =>
    String(headers["x-amz-target"]).endsWith(`.${operation}`),
  ).length;
}

async function runMany(stack: Stack) {
  await stack.cli("register", join(FLOWS, "quick.ts"));
  const client = createClient({ url: `${stack.api.url}/graphql` });
  const created = await Promise.all(
    Array.from({ length: RUNS }, () => client.createFlowRun({ project: "default", flow: "quick" })),
  );
  await Promise.all([stack.startAgent("--name", "one"), stack.startAgent("--name", "two")]);
  const runs = await waitFor(
    async () => {
      const all = await Promise.all(created.map(({ id }) => client.flowRun(id)));
      const over = all.every((run) => run?.endTime != null && run.attempts.at(-1)?.endedAt != null);
      return over ? all : undefined;
    },
    { timeoutMs: 150_000, intervalMs: 1_000 },
  );
  return runs.flatMap((run) => (run === null ? [] : [run]));
}

describe("200 runs of one flow at once, by two agents", () => {
  it.each([
    ["when all goes well", {}],
    [
      "when ECS throttles, answers late, and loses replies",
      {
        rates: { RunTask: { burst: 100, perSecond: 20 } },
        failures: [
          { operation: "RunTask", every: 9, answer: "throttle" },
          { operation: "RunTask", every: 13, answer: "lost-reply" },
          { operation: "RunTask", every: 17, answer: { late: { delay: "1s" } } },
          { operation: "DescribeTasks", every: 7, answer: "throttle" },
          { operation: "RegisterTaskDefinition", times: 1, answer: "lost-reply" },
        ],
      },
    ],
  ])("register once and launch each once, %s", { timeout: 240_000 }, async (_, script) => {
    const stack = await startStack({ driver: "process", script });
    try {
      const runs = await runMany(stack);
      expect(runs.filter(({ stateType }) => stateType !== "Success")).toEqual([]);
      expect(
        new Set(runs.flatMap(({ attempts }) => attempts.map(({ agentName }) => agentName))),
      ).toEqual(new Set(["one", "two"]));
      const attempts = runs.flatMap(({ attempts }) => attempts.map(({ id }) => id));
      expect(attempts).toHaveLength(RUNS);
      const launched = await launchedAttempts(stack);
      expect([...launched].sort()).toEqual([...attempts].sort());
      expect(count(stack, "RegisterTaskDefinition")).toBe(1);
    } finally {
      await stack.close();
    }
  });
});
