import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, definition, openBench, run } from "./local-fargate.ts";

const IMAGE = "busybox:latest";

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
  const { ecs } = bench;
  await ecs.send(new RegisterTaskDefinitionCommand(definition(IMAGE)));
  await ecs.send(new RegisterTaskDefinitionCommand(definition(IMAGE, { family: "gone" })));
  await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "gone:1" }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "on-ec2",
      containerDefinitions: [{ name: "a", image: IMAGE, memory: 128 }],
    }),
  );
  await ecs.send(new CreateClusterCommand({ clusterName: "plain" }));
  await ecs.send(new CreateClusterCommand({ clusterName: "deleted" }));
  await ecs.send(new DeleteClusterCommand({ cluster: "deleted" }));
});

afterAll(() => bench.close());

const vpc = (fields: object) => ({
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"], ...fields } },
});
const overriding = (fields: object) => ({ overrides: { containerOverrides: [fields] } });

const cases: readonly {
  name: string;
  call: (ecs: ECSClient) => Promise<unknown>;
  error: string;
  message: string;
}[] = [
  ...(
    [
      [
        "no definition",
        { taskDefinition: "" },
        "InvalidParameterException",
        "TaskDefinition can not be blank.",
      ],
      [
        "an unknown cluster",
        { cluster: "nowhere" },
        "ClusterNotFoundException",
        "Cluster not found.",
      ],
      [
        "a deleted cluster",
        { cluster: "deleted" },
        "ClusterNotFoundException",
        "The referenced cluster was inactive.",
      ],
      [
        "an unknown definition",
        { taskDefinition: "nothing" },
        "ClientException",
        "TaskDefinition not found.",
      ],
      [
        "an unknown revision",
        { taskDefinition: "flow:99" },
        "ClientException",
        "TaskDefinition not found.",
      ],
      [
        "an inactive revision",
        { taskDefinition: "gone:1" },
        "InvalidParameterException",
        "TaskDefinition is inactive",
      ],
      [
        "a family without an active revision",
        { taskDefinition: "gone" },
        "ClientException",
        "TaskDefinition not found.",
      ],
      [
        "launch type beside a strategy",
        { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] },
        "InvalidParameterException",
        "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
      ],
      [
        "a provider that the cluster does not have",
        {
          cluster: "plain",
          launchType: undefined,
          capacityProviderStrategy: [{ capacityProvider: "FARGATE" }],
        },
        "InvalidParameterException",
        "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
      ],
      [
        "startedBy with a colon",
        { startedBy: "run:1" },
        "InvalidParameterException",
        "startedBy can only contain letters, numbers, hyphens, forward slashes and underscores.",
      ],
      [
        "a service's group",
        { group: "service:web" },
        "InvalidParameterException",
        "Invalid namespace for group.",
      ],
      [
        "too little storage in the override",
        { overrides: { ephemeralStorage: { sizeInGiB: 20 } } },
        "InvalidParameterException",
        "Ephemeral storage size must be between 21 and 200 GiB.",
      ],
      [
        "a container's override over the task's size",
        overriding({ name: "flow", cpu: 257 }),
        "InvalidParameterException",
        "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
      ],
      [
        "a tag with a letter that AWS does not take",
        { tags: [{ key: "a#b", value: "" }] },
        "InvalidParameterException",
        "Tag 'a#b' contains invalid characters. Allowed are letters, spaces, numbers and _ . : / = + - @.",
      ],
      [
        "EC2",
        { launchType: "EC2" },
        "InvalidParameterException",
        "No Container Instances were found in your cluster.",
      ],
      [
        "no launch type (which means EC2)",
        { launchType: undefined },
        "InvalidParameterException",
        "No Container Instances were found in your cluster.",
      ],
      [
        "a definition for EC2 alone",
        { taskDefinition: "on-ec2" },
        "InvalidParameterException",
        "Task definition does not support launch_type FARGATE.",
      ],
      [
        "no network configuration",
        { networkConfiguration: undefined },
        "InvalidParameterException",
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      ],
      [
        "no subnets",
        vpc({ subnets: [] }),
        "InvalidParameterException",
        "subnets can not be empty.",
      ],
      [
        "17 subnets",
        vpc({ subnets: Array.from({ length: 17 }, (_, i) => `subnet-${i}`) }),
        "InvalidParameterException",
        "subnets can have at most 16 items.",
      ],
      [
        "6 security groups",
        vpc({ securityGroups: Array.from({ length: 6 }, (_, i) => `sg-${i}`) }),
        "InvalidParameterException",
        "securityGroups can have at most 5 items.",
      ],
      [
        "something else than a subnet's id",
        vpc({ subnets: ["my-subnet"] }),
        "InvalidParameterException",
        'Error retrieving subnet information for [my-subnet]: Invalid id: "my-subnet" (expecting "subnet-...") (ErrorCode: InvalidSubnetID.Malformed)',
      ],
      [
        "something else than a security group's id",
        vpc({ securityGroups: ["web"] }),
        "InvalidParameterException",
        'Error retrieving security group information for [web]: Invalid id: "web" (expecting "sg-...") (ErrorCode: InvalidGroupId.Malformed)',
      ],
      [
        "assignPublicIp yes",
        vpc({ assignPublicIp: "yes" }),
        "InvalidParameterException",
        "assignPublicIp must be ENABLED or DISABLED.",
      ],
      [
        "a count of 0",
        { count: 0 },
        "InvalidParameterException",
        "Count must be greater than or equal to 1.",
      ],
      [
        "a count of 11",
        { count: 11 },
        "InvalidParameterException",
        "Count must be less than or equal to 10.",
      ],
      [
        "an override of an unknown container",
        overriding({ name: "other" }),
        "InvalidParameterException",
        "Override for container named other is not a container in the TaskDefinition.",
      ],
      [
        "overrides of 8,193 characters and more",
        overriding({ name: "flow", command: ["x".repeat(8192)] }),
        "InvalidParameterException",
        "Container Overrides length must be at most 8192",
      ],
      [
        "an override to a size that Fargate does not have",
        { overrides: { cpu: "256", memory: "8192" } },
        "InvalidParameterException",
        "No Fargate configuration exists for given values: 256 CPU, 8192 memory. See the Amazon ECS documentation for the valid values.",
      ],
      [
        "startedBy of 129 characters",
        { startedBy: "x".repeat(129) },
        "InvalidParameterException",
        "startedBy length must be at most 128.",
      ],
      [
        "a clientToken of 65 characters",
        { clientToken: "x".repeat(65) },
        "InvalidParameterException",
        "clientToken must be between 1 and 64 ASCII characters in the range of 33-126 (inclusive).",
      ],
      [
        "51 tags",
        { tags: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}` })) },
        "InvalidParameterException",
        "Tags can not contain more than 50 entries.",
      ],
      [
        "one tag twice",
        { tags: [{ key: "a" }, { key: "a" }] },
        "InvalidParameterException",
        "Duplicate tag keys found.",
      ],
      [
        "a tag of AWS's own",
        { tags: [{ key: "aws:x" }] },
        "InvalidParameterException",
        "Tag keys starting with 'aws:' are reserved for system use.",
      ],
      [
        "an unknown platform version",
        { platformVersion: "9.9.9" },
        "PlatformUnknownException",
        "The specified platform does not exist.",
      ],
      [
        "an unknown propagateTags",
        { propagateTags: "ALL" },
        "InvalidParameterException",
        "Invalid value for propagateTags. RunTask accepts TASK_DEFINITION or NONE.",
      ],
    ] as const
  ).map(([name, fields, error, message]) => ({
    name: `RunTask with ${name}`,
    call: (ecs: ECSClient) => ecs.send(new RunTaskCommand(run(fields as object))),
    error,
    message,
  })),
  {
    name: "StopTask of an unknown task",
    call: (ecs) => ecs.send(new StopTaskCommand({ task: "f".repeat(32) })),
    error: "InvalidParameterException",
    message: "The referenced task was not found.",
  },
  {
    name: "DescribeTasks of no task",
    call: (ecs) => ecs.send(new DescribeTasksCommand({ tasks: [] })),
    error: "InvalidParameterException",
    message: "Tasks cannot be empty.",
  },
  {
    name: "DescribeTasks of 101 tasks",
    call: (ecs) => ecs.send(new DescribeTasksCommand({ tasks: Array(101).fill("a") })),
    error: "InvalidParameterException",
    message: "tasks can have at most 100 items.",
  },
  {
    name: "DescribeTaskDefinition of an unknown family",
    call: (ecs) => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "nothing" })),
    error: "ClientException",
    message: "Unable to describe task definition.",
  },
  {
    name: "DeregisterTaskDefinition without a revision",
    call: (ecs) => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "flow" })),
    error: "ClientException",
    message: "Revision is missing.",
  },
  {
    name: "DeregisterTaskDefinition of an unknown revision",
    call: (ecs) => ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "flow:99" })),
    error: "ClientException",
    message: "The specified task definition does not exist.",
  },
  {
    name: "ListTasks with a token that it did not give",
    call: (ecs) => ecs.send(new ListTasksCommand({ nextToken: "???" })),
    error: "InvalidParameterException",
    message: "Invalid token.",
  },
  {
    name: "ListTasks of 101 tasks",
    call: (ecs) => ecs.send(new ListTasksCommand({ maxResults: 101 })),
    error: "InvalidParameterException",
    message: "maxResults must be between 1 and 100.",
  },
  {
    name: "TagResource of something that is not there",
    call: (ecs) =>
      ecs.send(
        new TagResourceCommand({
          resourceArn: `arn:aws:ecs:eu-central-1:000000000000:task/default/${"0".repeat(32)}`,
          tags: [{ key: "a", value: "b" }],
        }),
      ),
    error: "ResourceNotFoundException",
    message: "The specified resource wasn't found.",
  },
  {
    name: "TagResource of a kind that no resource has",
    call: (ecs) =>
      ecs.send(
        new TagResourceCommand({
          resourceArn: "arn:aws:ecs:eu-central-1:000000000000:constructor/flow",
          tags: [{ key: "a", value: "b" }],
        }),
      ),
    error: "InvalidParameterException",
    message: "The specified resourceArn is invalid.",
  },
  {
    name: "TagResource of no ARN",
    call: (ecs) => ecs.send(new TagResourceCommand({ resourceArn: "flow", tags: [] })),
    error: "InvalidParameterException",
    message: "The specified resourceArn is invalid.",
  },
  {
    name: "CreateCluster with a bad name",
    call: (ecs) => ecs.send(new CreateClusterCommand({ clusterName: "bad name" })),
    error: "InvalidParameterException",
    message: "Cluster name contains invalid characters.",
  },
  {
    name: "RegisterTaskDefinition with a size that Fargate does not have",
    call: (ecs) => ecs.send(new RegisterTaskDefinitionCommand(definition(IMAGE, { cpu: "300" }))),
    error: "ClientException",
    message:
      "No Fargate configuration exists for given values: 300 CPU, 512 memory. See the Amazon ECS documentation for the valid values.",
  },
  {
    name: "RegisterTaskDefinition of more than 64 KiB",
    call: (ecs) =>
      ecs.send(
        new RegisterTaskDefinitionCommand(
          definition(IMAGE, {
            containerDefinitions: [{ name: "flow", image: IMAGE, command: ["x".repeat(70_000)] }],
          }),
        ),
      ),
    error: "ClientException",
    message: expect.stringMatching(/^Actual length: '\d+'. Max allowed length is '65536' bytes.$/),
  },
];

describe("what ECS refuses", () => {
  it.each(cases)("$name", async ({ call, error, message }) => {
    await expect(call(bench.ecs)).rejects.toMatchObject({ name: error, message });
  });

  it("launches nothing for what it refuses", async () => {
    const { taskArns } = await bench.ecs.send(new ListTasksCommand({ desiredStatus: "STOPPED" }));
    expect(taskArns).toEqual([]);
  });
});
