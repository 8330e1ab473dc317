import {
  type CapacityProviderStrategyItem,
  CreateClusterCommand,
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, definition, openBench, run } from "./local-fargate.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
  await bench.ecs.send(new RegisterTaskDefinitionCommand(definition("/no/such/image")));
  await bench.ecs.send(new CreateClusterCommand({ clusterName: "plain" }));
});

afterAll(() => bench.close());

async function providersOf(
  count: number,
  strategy: CapacityProviderStrategyItem[] | undefined,
  cluster = "default",
): Promise<(string | undefined)[]> {
  const { launchType: _launchType, ...input } = run({ count, cluster });
  const { tasks } = await bench.ecs.send(
    new RunTaskCommand({ ...input, ...(strategy && { capacityProviderStrategy: strategy }) }),
  );
  return (tasks ?? []).map(({ capacityProviderName }) => capacityProviderName);
}

const on = (capacityProvider: string, weight?: number, base?: number) => ({
  capacityProvider,
  ...(weight === undefined ? {} : { weight }),
  ...(base === undefined ? {} : { base }),
});

describe("capacity providers", () => {
  it("are Fargate's two, and others are missing", async () => {
    const all = await bench.ecs.send(new DescribeCapacityProvidersCommand({}));
    expect(all.capacityProviders).toMatchObject([
      { name: "FARGATE", status: "ACTIVE" },
      { name: "FARGATE_SPOT", status: "ACTIVE" },
    ]);
    const some = await bench.ecs.send(
      new DescribeCapacityProvidersCommand({ capacityProviders: ["FARGATE_SPOT", "mine"] }),
    );
    expect(some.capacityProviders?.map(({ name }) => name)).toEqual(["FARGATE_SPOT"]);
    expect(some.failures).toEqual([
      { arn: "arn:aws:ecs:eu-central-1:000000000000:capacity-provider/mine", reason: "MISSING" },
    ]);
  });

  it("take tasks by base and weight", async () => {
    expect(await providersOf(2, [on("FARGATE_SPOT")])).toEqual(["FARGATE_SPOT", "FARGATE_SPOT"]);
    const shared = await providersOf(8, [on("FARGATE", 1, 2), on("FARGATE_SPOT", 2)]);
    expect(shared.slice(0, 2)).toEqual(["FARGATE", "FARGATE"]);
    expect(shared.filter((name) => name === "FARGATE_SPOT")).toHaveLength(4);
    const idle = await providersOf(3, [on("FARGATE", 0), on("FARGATE_SPOT", 1)]);
    expect(new Set(idle)).toEqual(new Set(["FARGATE_SPOT"]));
  });

  it("are none's business with a launch type", async () => {
    const { tasks } = await bench.ecs.send(new RunTaskCommand(run()));
    expect(tasks?.[0]).toMatchObject({ launchType: "FARGATE" });
    expect(tasks?.[0]?.capacityProviderName).toBeUndefined();
  });

  it("are put on a cluster, whose strategy then is the default", async () => {
    await bench.ecs.send(
      new PutClusterCapacityProvidersCommand({
        cluster: "plain",
        capacityProviders: ["FARGATE_SPOT"],
        defaultCapacityProviderStrategy: [on("FARGATE_SPOT", 1)],
      }),
    );
    const { clusters } = await bench.ecs.send(new DescribeClustersCommand({ clusters: ["plain"] }));
    expect(clusters?.[0]).toMatchObject({
      capacityProviders: ["FARGATE_SPOT"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    });
    expect(await providersOf(1, undefined, "plain")).toEqual(["FARGATE_SPOT"]);
  });

  it.each<[string, CapacityProviderStrategyItem[], RegExp]>([
    ["an unknown one", [on("EC2")], /not associated with the cluster/],
    ["one twice", [on("FARGATE", 1), on("FARGATE", 1)], /more than once/],
    [
      "two bases",
      [on("FARGATE", 1, 1), on("FARGATE_SPOT", 1, 1)],
      /multiple capacity providers with a base value/,
    ],
    [
      "no weights",
      [on("FARGATE"), on("FARGATE_SPOT")],
      /no capacity providers with a weight value greater than zero/,
    ],
    ["too much weight", [on("FARGATE", 1001)], /weight value must be between 0 and 1000/],
    ["a negative base", [on("FARGATE", 1, -1)], /base value must be between 0 and 100000/],
  ])("are refused: %s", async (_name, strategy, message) => {
    await expect(providersOf(1, strategy)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringMatching(message),
    });
  });
});
