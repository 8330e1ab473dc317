import { flow, type RefusedRow, times } from "./fargate-options.ts";

const vpc = (awsvpcConfiguration: object) => ({ networkConfiguration: { awsvpcConfiguration } });

/** By rule: what AWS refuses of a RunTask, and of names. */
export const REFUSED_LAUNCHES: Readonly<Record<string, readonly RefusedRow[]>> = {
  "launch type and capacity providers": [
    {
      options: {
        launchType: "FARGATE",
        capacityProviderStrategy: [{ capacityProvider: "FARGATE" }],
      },
      path: "capacityProviderStrategy",
      mend: /one of them/,
    },
    {
      options: {
        runTask: { launchType: "EC2", capacityProviderStrategy: [{ capacityProvider: "own" }] },
      },
      path: "runTask.capacityProviderStrategy",
      mend: /leave `launchType` out/,
    },
    {
      options: {
        onInfrastructureFailure: {
          capacity: {
            then: [
              "on-demand",
              { launchType: "EC2", capacityProviderStrategy: [{ capacityProvider: "own" }] },
            ],
          },
        },
      },
      path: "onInfrastructureFailure.capacity.then[1].capacityProviderStrategy",
      mend: /one of them/,
    },
    {
      options: { capacityProviderStrategy: [] },
      path: "capacityProviderStrategy",
      mend: /1 to 20/,
    },
    {
      options: { capacityProviderStrategy: [{ weight: 1 }] },
      path: "capacityProviderStrategy[0].capacityProvider",
      mend: /FARGATE_SPOT/,
    },
    {
      options: { capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1001 }] },
      path: "capacityProviderStrategy[0].weight",
      mend: /0 to 1000/,
    },
    {
      options: {
        capacityProviderStrategy: [
          { capacityProvider: "FARGATE" },
          { capacityProvider: "own", weight: 1 },
        ],
      },
      path: "capacityProviderStrategy",
      mend: /mixes/,
    },
    {
      options: {
        capacityProviderStrategy: [
          { capacityProvider: "FARGATE", base: 1, weight: 1 },
          { capacityProvider: "FARGATE_SPOT", base: 1 },
        ],
      },
      path: "capacityProviderStrategy",
      mend: /more than one `base`/,
    },
    {
      options: {
        capacityProviderStrategy: [
          { capacityProvider: "FARGATE" },
          { capacityProvider: "FARGATE_SPOT" },
        ],
      },
      path: "capacityProviderStrategy",
      mend: /weight/,
    },
    { options: { propagateTags: "SERVICE" }, path: "propagateTags", mend: /TASK_DEFINITION/ },
  ],
  network: [
    { options: { networkMode: "bridge" }, path: "networkMode", mend: /"awsvpc" alone/ },
    { options: { networkMode: "host" }, path: "networkMode", mend: /"awsvpc" alone/ },
    {
      options: { registerTaskDefinition: { networkMode: "none" } },
      path: "registerTaskDefinition.networkMode",
      mend: /launchType "EC2"/,
    },
    {
      options: { networkConfiguration: {} },
      path: "networkConfiguration.awsvpcConfiguration",
      mend: /subnets/,
    },
    {
      options: vpc({ subnets: [] }),
      path: "networkConfiguration.awsvpcConfiguration.subnets",
      mend: /1 to 16/,
    },
    {
      options: vpc({ subnets: times(17).map((index) => `subnet-${index}`) }),
      path: "networkConfiguration.awsvpcConfiguration.subnets",
      mend: /17 entries/,
    },
    {
      options: vpc({ subnets: ["subnet-1", "vpc-1"] }),
      path: "networkConfiguration.awsvpcConfiguration.subnets[1]",
      mend: /subnet-0a1b2c3d/,
    },
    {
      options: vpc({ subnets: ["subnet-1"], securityGroups: ["default"] }),
      path: "networkConfiguration.awsvpcConfiguration.securityGroups[0]",
      mend: /sg-0a1b2c3d/,
    },
    {
      options: { onInfrastructureFailure: { capacity: { then: [vpc({ subnets: ["x"] })] } } },
      path: "onInfrastructureFailure.capacity.then[0].networkConfiguration.awsvpcConfiguration.subnets[0]",
      mend: /subnet's id/,
    },
  ],
  names: [
    { options: { family: "my flow" }, path: "family", mend: /letters, digits/ },
    { options: { family: "x".repeat(256) }, path: "family", mend: /255/ },
    { options: { taskDefinition: "a.b" }, path: "taskDefinition", mend: /family:revision/ },
    { options: { cluster: "my cluster" }, path: "cluster", mend: /its ARN/ },
    {
      options: { cluster: "arn:aws:ecs:eu-west-1:123:cluster/a" },
      path: "cluster",
      mend: /its ARN/,
    },
    { options: { startedBy: "me & you" }, path: "startedBy", mend: /128/ },
    { options: { startedBy: "x".repeat(129) }, path: "startedBy", mend: /128/ },
    { options: { group: "" }, path: "group", mend: /not empty/ },
    { options: { clientToken: "with space" }, path: "clientToken", mend: /64 printable/ },
    {
      options: { runTask: { clientToken: "x".repeat(65) } },
      path: "runTask.clientToken",
      mend: /64/,
    },
    {
      options: { onInfrastructureFailure: { capacity: { then: [{ cluster: "a b" }] } } },
      path: "onInfrastructureFailure.capacity.then[0].cluster",
      mend: /letters, digits/,
    },
    {
      options: {
        onInfrastructureFailure: {
          capacity: { then: ["on-demand", { tags: [{ key: "aws:x", value: "y" }] }] },
        },
      },
      path: "onInfrastructureFailure.capacity.then[1].tags[0].key",
      mend: /not starting with aws:/,
    },
    { options: { platformVersion: "latest" }, path: "platformVersion", mend: /LATEST/ },
    {
      options: { taskRoleArn: "arn:aws:iam::12:role/a" },
      path: "taskRoleArn",
      mend: /arn:aws:iam::123456789012/,
    },
    { options: { taskRoleArn: "a role" }, path: "taskRoleArn", mend: /role's name/ },
    {
      options: { overrides: { executionRoleArn: "arn:aws:iam::123456789012:user/a" } },
      path: "overrides.executionRoleArn",
      mend: /role/,
    },
  ],
  tags: [
    { options: { tags: [{ key: "aws:mine", value: "x" }] }, path: "tags[0].key", mend: /aws:/ },
    { options: { tags: [{ value: "x" }] }, path: "tags[0].key", mend: /1 to 128/ },
    {
      options: { tags: [{ key: "a", value: "x".repeat(257) }] },
      path: "tags[0].value",
      mend: /256/,
    },
    { options: { tags: [{ key: "a", value: "1;2" }] }, path: "tags[0].value", mend: /letters/ },
    {
      options: { runTask: { tags: [{ key: "a" }, { key: "a" }] } },
      path: "runTask.tags[1].key",
      mend: /of its own/,
    },
    {
      options: { tags: times(49).map((index) => ({ key: `t${index}` })) },
      path: "tags",
      mend: /48/,
    },
  ],
  overrides: [
    {
      options: { overrides: { containerOverrides: [{}] } },
      path: "overrides.containerOverrides[0].name",
      mend: /is missing/,
    },
    {
      options: flow({}, { overrides: { containerOverrides: [{ name: "flwo" }] } }),
      path: "overrides.containerOverrides[0].name",
      mend: /did you mean "flow"/,
    },
    {
      options: { overrides: { containerOverrides: [{ name: "flow" }, { name: "flow" }] } },
      path: "overrides.containerOverrides[1].name",
      mend: /name of its own/,
    },
    {
      options: {
        overrides: {
          containerOverrides: [
            { name: "flow", environment: [{ name: "A", value: "x".repeat(8100) }] },
          ],
        },
      },
      path: "overrides",
      mend: /8192/,
    },
  ],
  "growing memory": [
    {
      options: {
        memory: "2048",
        onInfrastructureFailure: {
          outOfMemory: { retries: 1, scaleMemory: { factor: 2, max: "1GB" } },
        },
      },
      path: "onInfrastructureFailure.outOfMemory.scaleMemory.max",
      mend: /2048 MiB already/,
    },
  ],
};
