import { describe, expect, it } from "vitest";
import type { ContainerDefinition, RegisterTaskDefinition } from "./task-definition.ts";
import { checkTaskDefinition, compatibilitiesOf } from "./task-definition-rules.ts";

const CONTAINER = { name: "flow", image: "busybox" };

const good: RegisterTaskDefinition = {
  family: "flow",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  containerDefinitions: [CONTAINER],
};

const containers = (...fields: Partial<ContainerDefinition>[]) => ({
  containerDefinitions: fields.map((each) => ({ ...CONTAINER, ...each })),
});

const awslogs = { logDriver: "awslogs", options: { "awslogs-group": "g", "awslogs-region": "r" } };

describe("a task definition that is refused", () => {
  it.each<[name: string, change: Partial<RegisterTaskDefinition>, message: string]>([
    ["no family", { family: undefined }, "Family can not be blank."],
    ["an empty family", { family: "" }, "Family can not be blank."],
    ["a family with a space", { family: "bad family!" }, "Family contains invalid characters."],
    [
      "a family of 256 characters",
      { family: "x".repeat(256) },
      "Family contains invalid characters.",
    ],
    ["no containers", { containerDefinitions: undefined }, "Container list cannot be empty."],
    [
      "an empty list of containers",
      { containerDefinitions: [] },
      "Container list cannot be empty.",
    ],
    [
      "11 containers",
      containers(...Array.from({ length: 11 }, (_, index) => ({ name: `c${index}` }))),
      "Container list cannot have more than 10 items.",
    ],
    [
      "a container without a name",
      containers({ name: undefined }),
      "Container.name should not be null or empty.",
    ],
    [
      "a bad container name",
      containers({ name: "a b" }),
      "Container.name contains invalid characters.",
    ],
    [
      "a container without an image",
      containers({ image: undefined }),
      "Container.image should not be null or empty.",
    ],
    [
      "two containers of one name",
      containers({}, {}),
      "Container.name must be unique within a task definition.",
    ],
    [
      "no essential container",
      containers({ essential: false }),
      "Task definition must have at least one essential container.",
    ],
    ["an unknown network mode", { networkMode: "magic" }, "Invalid network mode."],
    [
      "an unknown compatibility",
      { requiresCompatibilities: ["MOON"] },
      "Invalid requires compatibilities value: MOON.",
    ],
    ["cpu that is no amount", { cpu: "fast" }, "Invalid 'cpu' setting for task."],
    ["memory that is no amount", { memory: "much" }, "Invalid 'memory' setting for task."],
    [
      "secrets without an execution role",
      containers({ secrets: [{ name: "A", valueFrom: "arn" }] }),
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      "no memory anywhere, outside Fargate",
      { requiresCompatibilities: ["EC2"], memory: undefined },
      "Invalid setting for container 'flow'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [
      "a reservation over the limit",
      containers({ memory: 128, memoryReservation: 256 }),
      "Invalid setting for container 'flow'. 'memory' must be greater than or equal to 'memoryReservation'.",
    ],
    [
      "a host port that differs",
      containers({ portMappings: [{ containerPort: 80, hostPort: 8080 }] }),
      "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    ],
    [
      "a dependency on nothing",
      containers({ dependsOn: [{ containerName: "x", condition: "START" }] }),
      "Cannot depend on container + 'x' because it does not exist",
    ],
    [
      "a dependency on the end of an essential container",
      containers({ dependsOn: [{ containerName: "b", condition: "SUCCESS" }] }, { name: "b" }),
      "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
    ],
    [
      "dependencies in a circle",
      containers(
        { dependsOn: [{ containerName: "b", condition: "START" }] },
        { name: "b", dependsOn: [{ containerName: "flow", condition: "START" }] },
      ),
      "Container dependency graph contains a cycle.",
    ],
    [
      "awslogs without a group",
      { executionRoleArn: "role", ...containers({ logConfiguration: { logDriver: "awslogs" } }) },
      "Log driver awslogs requires options: awslogs-region, awslogs-group",
    ],
    [
      "containers with more cpu than the task",
      containers({ cpu: 200 }, { name: "b", cpu: 100 }),
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    [
      "containers with more memory than the task",
      containers({ memory: 400 }, { name: "b", memory: 200 }),
      "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.",
    ],
    [
      "bridge on Fargate",
      { networkMode: "bridge" },
      "Fargate only supports network mode ‘awsvpc’.",
    ],
    [
      "no network mode on Fargate",
      { networkMode: undefined },
      "Fargate only supports network mode ‘awsvpc’.",
    ],
    [
      "no cpu on Fargate",
      { cpu: undefined },
      "Fargate requires that 'cpu' be defined at the task level.",
    ],
    [
      "no memory on Fargate",
      { memory: undefined, ...containers({ memory: 128 }) },
      "Fargate requires that 'memory' be defined at the task level.",
    ],
    [
      "a size that Fargate does not have",
      { memory: "8 GB" },
      "No Fargate configuration exists for given values: 256 CPU, 8192 memory. See the Amazon ECS documentation for the valid values.",
    ],
    [
      "20 GiB of ephemeral storage",
      { ephemeralStorage: { sizeInGiB: 20 } },
      "Ephemeral storage size must be between 21 and 200 GiB.",
    ],
    [
      "201 GiB of ephemeral storage",
      { ephemeralStorage: { sizeInGiB: 201 } },
      "Ephemeral storage size must be between 21 and 200 GiB.",
    ],
    [
      "an ipcMode",
      { ipcMode: "host" },
      "Tasks using the Fargate launch type do not support ipcMode.",
    ],
    [
      "the pidMode of the host",
      { pidMode: "host" },
      "Tasks using the Fargate launch type only support the pidMode 'task'.",
    ],
    [
      "placement constraints",
      { placementConstraints: [{ type: "memberOf" }] },
      "Fargate does not support task placement constraints.",
    ],
    [
      "a folder of the host",
      { volumes: [{ name: "v", host: { sourcePath: "/etc" } }] },
      "host.sourcePath should not be set for volumes in Fargate.",
    ],
    [
      "a Docker volume",
      { volumes: [{ name: "v", dockerVolumeConfiguration: {} }] },
      "dockerVolumeConfiguration should not be set for volumes in Fargate.",
    ],
    [
      "an unknown architecture",
      { runtimePlatform: { cpuArchitecture: "MIPS" } },
      "Invalid cpuArchitecture 'MIPS'.",
    ],
    [
      "an unknown system",
      { runtimePlatform: { operatingSystemFamily: "PLAN9" } },
      "Invalid operatingSystemFamily 'PLAN9'.",
    ],
    [
      "a privileged container",
      containers({ privileged: true }),
      "Fargate does not support privileged containers.",
    ],
    ["links", containers({ links: ["b"] }), "Links are not supported when networkMode=awsvpc."],
    [
      "an ECR image without an execution role",
      containers({ image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/flow:1" }),
      "Fargate requires task definition to have execution role ARN to support ECR images.",
    ],
    [
      "another log driver",
      containers({ logConfiguration: { logDriver: "syslog" } }),
      "syslog is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]",
    ],
    [
      "awslogs without an execution role",
      containers({ logConfiguration: awslogs }),
      "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    ],
    [
      "a stopTimeout of 121",
      containers({ stopTimeout: 121 }),
      "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.",
    ],
    [
      "a stopTimeout of 1",
      containers({ stopTimeout: 1 }),
      "Granular stop timeout on container 'flow' must be at least 2 seconds.",
    ],
  ])("%s", (_name, change, message) => {
    expect(checkTaskDefinition({ ...good, ...change })).toEqual({
      exception: "ClientException",
      message,
    });
  });
});

describe("a task definition that is accepted", () => {
  it.each<[name: string, change: Partial<RegisterTaskDefinition>]>([
    ["the smallest", {}],
    ["vCPU and GB", { cpu: "1 vCPU", memory: "2 GB" }],
    ["21 GiB of ephemeral storage", { ephemeralStorage: { sizeInGiB: 21 } }],
    [
      "awslogs with a role",
      { executionRoleArn: "role", ...containers({ logConfiguration: awslogs }) },
    ],
    ["ARM64", { runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" } }],
    ["a sidecar that is not essential", containers({}, { name: "b", essential: false })],
    ["a stopTimeout of 120", containers({ stopTimeout: 120 })],
  ])("%s", (_name, change) => {
    expect(checkTaskDefinition({ ...good, ...change })).toBeUndefined();
  });
});

describe("compatibilitiesOf", () => {
  it("holds FARGATE where Fargate would take the definition, asked for or not", () => {
    expect(compatibilitiesOf({ ...good, requiresCompatibilities: undefined })).toContain("FARGATE");
    expect(compatibilitiesOf({ ...good, networkMode: "bridge" })).toEqual(["EC2"]);
  });
});
