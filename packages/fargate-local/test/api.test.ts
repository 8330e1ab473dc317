import { join } from "node:path";
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  paginateListTasks,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFargateLocal } from "../src/index.ts";
import {
  type Bench,
  createClient,
  definition,
  isStopped,
  openBench,
  run,
  until,
} from "./local-fargate.ts";
import { writeImage } from "./oci-image.ts";

let bench: Bench;
let image: string;

beforeEach(async () => {
  bench = await openBench();
  image = await writeImage(join(bench.folder, "image"), {
    files: { "wait.mjs": "setInterval(() => {}, 1000);" },
    config: { Cmd: ["node", "/wait.mjs"] },
  });
});

afterEach(() => bench.close());

describe("task definitions", () => {
  it("answers a registered one by family, revision and ARN, as it was given", async () => {
    const { ecs } = bench;
    const input = definition(image, {
      cpu: "1 vCPU",
      memory: "2 GB",
      executionRoleArn: "execution",
      containerDefinitions: [
        {
          name: "flow",
          image,
          portMappings: [{ containerPort: 80 }],
          ulimits: [{ name: "nofile", softLimit: 1, hardLimit: 2 }],
        },
      ],
      tags: [{ key: "owner", value: "me" }],
    });
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
    const { taskDefinition: second } = await ecs.send(new RegisterTaskDefinitionCommand(input));
    const arn = "arn:aws:ecs:eu-central-1:000000000000:task-definition/flow:2";
    expect(second).toMatchObject({
      taskDefinitionArn: arn,
      family: "flow",
      revision: 2,
      status: "ACTIVE",
      cpu: "1024",
      memory: "2048",
      executionRoleArn: "arn:aws:iam::000000000000:role/execution",
      compatibilities: ["EC2", "FARGATE"],
      containerDefinitions: [
        {
          name: "flow",
          essential: true,
          cpu: 0,
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
          ulimits: [{ name: "nofile", softLimit: 1, hardLimit: 2 }],
        },
      ],
      volumes: [],
    });
    for (const name of ["flow", "flow:2", arn]) {
      const answer = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ["TAGS"] }),
      );
      expect(answer.taskDefinition).toEqual(second);
      expect(answer.tags).toEqual(input.tags);
    }
    const untold = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "flow" }));
    expect(untold.tags).toEqual([]);
  });

  it("lists active revisions and families, and keeps deregistered ones describable", async () => {
    const { ecs } = bench;
    for (const family of ["b", "a", "a"]) {
      await ecs.send(new RegisterTaskDefinitionCommand(definition(image, { family })));
    }
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "b:1" }));
    const list = await ecs.send(new ListTaskDefinitionsCommand({}));
    const ends = list.taskDefinitionArns?.map((arn) => arn.split("/")[1]);
    expect(ends).toEqual(["a:1", "a:2"]);
    const active = await ecs.send(new ListTaskDefinitionFamiliesCommand({ status: "ACTIVE" }));
    expect(active.families).toEqual(["a"]);
    const all = await ecs.send(new ListTaskDefinitionFamiliesCommand({}));
    expect(all.families).toEqual(["a", "b"]);
    const gone = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "b:1" }));
    expect(gone.taskDefinition?.status).toBe("INACTIVE");
  });
});

describe("tags", () => {
  it("are added, replaced and removed", async () => {
    const { ecs } = bench;
    const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
    const resourceArn = taskDefinition?.taskDefinitionArn ?? "";
    const tag = (key: string, value: string) =>
      ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key, value }] }));
    await tag("a", "1");
    await tag("b", "2");
    await tag("a", "3");
    await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ["b"] }));
    const { tags } = await ecs.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual([{ key: "a", value: "3" }]);
  });

  it("of the definition and the managed ones go to the task where that is asked for", async () => {
    const { ecs } = bench;
    const tags = [{ key: "of", value: "definition" }];
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image, { tags })));
    const answer = await ecs.send(
      new RunTaskCommand(run({ propagateTags: "TASK_DEFINITION", enableECSManagedTags: true })),
    );
    expect(answer.tasks?.[0]?.tags).toEqual([
      ...tags,
      { key: "aws:ecs:clusterName", value: "default" },
    ]);
  });
});

describe("clusters", () => {
  it("are created once, counted, listed and deleted", async () => {
    const { ecs } = bench;
    await ecs.send(
      new CreateClusterCommand({ clusterName: "own", capacityProviders: ["FARGATE"] }),
    );
    await ecs.send(new CreateClusterCommand({ clusterName: "own" }));
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
    const { tasks } = await ecs.send(
      new RunTaskCommand(
        run({
          cluster: "own",
          launchType: undefined,
          capacityProviderStrategy: [{ capacityProvider: "FARGATE" }],
        }),
      ),
    );
    expect(tasks).toMatchObject([{ capacityProviderName: "FARGATE", launchType: "FARGATE" }]);
    const described = await ecs.send(new DescribeClustersCommand({ clusters: ["own", "none"] }));
    expect(described).toMatchObject({
      clusters: [{ clusterName: "own", status: "ACTIVE", capacityProviders: ["FARGATE"] }],
      failures: [{ reason: "MISSING" }],
    });
    const [own] = described.clusters ?? [];
    expect((own?.runningTasksCount ?? 0) + (own?.pendingTasksCount ?? 0)).toBe(1);
    const { clusterArns } = await ecs.send(new ListClustersCommand({}));
    expect(clusterArns?.map((arn) => arn.split("/")[1])).toEqual(["default", "own"]);
    await expect(ecs.send(new DeleteClusterCommand({ cluster: "own" }))).rejects.toMatchObject({
      name: "ClusterContainsTasksException",
    });
  });
});

describe("listing tasks", () => {
  it("filters, and gives every task once over its pages", async () => {
    const { ecs } = bench;
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image, { family: "other" })));
    const many = await ecs.send(new RunTaskCommand(run({ count: 5, startedBy: "me" })));
    const other = await ecs.send(new RunTaskCommand(run({ taskDefinition: "other" })));
    const arns = (many.tasks ?? []).map((task) => task.taskArn);
    const otherArn = other.tasks?.[0]?.taskArn ?? "";
    const list = async (filter: object) =>
      (await ecs.send(new ListTasksCommand(filter))).taskArns?.toSorted();
    expect(await list({ startedBy: "me" })).toEqual(arns.toSorted());
    expect(await list({ family: "other" })).toEqual([otherArn]);
    expect(await list({ launchType: "EC2" })).toEqual([]);
    const pages: string[][] = [];
    for await (const page of paginateListTasks({ client: ecs, pageSize: 4 }, {})) {
      pages.push(page.taskArns ?? []);
    }
    expect(pages.map((page) => page.length)).toEqual([4, 2]);
    expect(pages.flat().toSorted()).toEqual([...arns, otherArn].toSorted());
    await ecs.send(new StopTaskCommand({ task: otherArn }));
    expect(await list({ family: "other" })).toEqual([]);
    expect(await list({ desiredStatus: "STOPPED" })).toEqual([otherArn]);
  });
});

describe("clientToken", () => {
  it("answers the same tasks for the same request, even at the same time", async () => {
    const { ecs } = bench;
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
    const send = () => ecs.send(new RunTaskCommand(run({ clientToken: "run-1", count: 2 })));
    const answers = await Promise.all([send(), send(), send()]);
    const ids = answers.map(({ tasks }) => tasks?.map(({ taskArn }) => taskArn));
    expect(ids[0]).toHaveLength(2);
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
    const { taskArns } = await ecs.send(new ListTasksCommand({}));
    expect(taskArns).toHaveLength(2);
  });

  it("is a conflict for another request, which names the tasks", async () => {
    const { ecs } = bench;
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
    const first = await ecs.send(new RunTaskCommand(run({ clientToken: "run-1" })));
    await expect(
      ecs.send(new RunTaskCommand(run({ clientToken: "run-1", startedBy: "other" }))),
    ).rejects.toMatchObject({
      name: "ConflictException",
      resourceIds: [first.tasks?.[0]?.taskArn],
    });
  });

  it("still answers the task when that has stopped", async () => {
    const { ecs } = bench;
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
    const first = await ecs.send(new RunTaskCommand(run({ clientToken: "run-1" })));
    const arn = first.tasks?.[0]?.taskArn ?? "";
    await ecs.send(new StopTaskCommand({ task: arn }));
    await until(ecs, arn, isStopped);
    const again = await ecs.send(new RunTaskCommand(run({ clientToken: "run-1" })));
    expect(again.tasks).toMatchObject([{ taskArn: arn, lastStatus: "STOPPED" }]);
  });
});

describe("a restart", () => {
  it("keeps definitions, clusters, tags, stopped tasks and client tokens", async () => {
    const dataDir = join(bench.folder, "kept");
    const options = { port: 0, dataDir, driver: "process" } as const;
    const first = await startFargateLocal(options);
    let ecs = createClient(first.url);
    const tags = [{ key: "a", value: "b" }];
    const registered = await ecs.send(
      new RegisterTaskDefinitionCommand(definition(image, { tags })),
    );
    await ecs.send(new CreateClusterCommand({ clusterName: "own" }));
    const ran = await ecs.send(new RunTaskCommand(run({ clientToken: "once" })));
    const arn = ran.tasks?.[0]?.taskArn ?? "";
    await until(ecs, arn, (task) => task.lastStatus === "RUNNING");
    await first.close();

    const second = await startFargateLocal(options);
    ecs = createClient(second.url);
    try {
      const described = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: "flow", include: ["TAGS"] }),
      );
      expect(described.taskDefinition).toEqual(registered.taskDefinition);
      expect(described.tags).toEqual(tags);
      const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ["own"] }));
      expect(clusters).toHaveLength(1);
      const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
      expect(tasks).toMatchObject([
        { lastStatus: "STOPPED", stopCode: "TerminationNotice", containers: [{ exitCode: 143 }] },
      ]);
      const again = await ecs.send(new RunTaskCommand(run({ clientToken: "once" })));
      expect(again.tasks?.[0]?.taskArn).toBe(arn);
      const next = await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
      expect(next.taskDefinition?.revision).toBe(2);
    } finally {
      await second.close();
    }
  });
});

describe("starting", () => {
  it("refuses to listen beyond loopback", async () => {
    const options = { port: 0, dataDir: join(bench.folder, "x"), driver: "process" } as const;
    await expect(startFargateLocal({ ...options, host: "0.0.0.0" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path: "host", given: "0.0.0.0" },
    });
  });

  it("tells a port that is in use", async () => {
    const port = Number(new URL(bench.server.url).port);
    const options = { port, dataDir: join(bench.folder, "x"), driver: "process" } as const;
    await expect(startFargateLocal(options)).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
  });

  it("refuses a data folder that another server works in", async () => {
    const options = { port: 0, dataDir: join(bench.folder, "data"), driver: "process" } as const;
    await expect(startFargateLocal(options)).rejects.toMatchObject({ code: "STATE_CONFLICT" });
  });

  it("takes the region of the ARNs from the request's signature", async () => {
    const ecs = createClient(bench.server.url, "ap-southeast-2");
    const { clusterArns } = await ecs.send(new ListClustersCommand({}));
    expect(clusterArns).toEqual(["arn:aws:ecs:ap-southeast-2:000000000000:cluster/default"]);
  });
});
