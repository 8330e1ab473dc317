import { describe, expect, it } from "vitest";
import { fargateArguments } from "../fargate-arguments.ts";
import { iamPolicy, type PolicyDocument } from "./iam-policy.ts";

const policyOf = (given: object, image?: string) =>
  iamPolicy(fargateArguments(JSON.parse(JSON.stringify(given))), "weather report", image);
const statement = (document: PolicyDocument | undefined, action: string) =>
  document?.Statement.find(({ Action }) => Action.includes(action));
const actionsOf = (document: PolicyDocument | undefined) =>
  (document?.Statement ?? []).flatMap(({ Action }) => Action).toSorted();

const FULL = {
  region: "eu-west-1",
  cluster: "batch",
  family: "weather",
  taskRoleArn: "arn:aws:iam::123456789012:role/task",
  executionRoleArn: "execution",
  containerDefinitions: [
    {
      name: "main",
      secrets: [
        {
          name: "A",
          valueFrom: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:password::",
        },
        { name: "B", valueFrom: "/harbour/b" },
      ],
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/weather",
          "awslogs-region": "eu-west-1",
          "awslogs-create-group": "true",
        },
      },
    },
    { name: "side", image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/side:1" },
  ],
};

describe("the agent's rights", () => {
  it("are the calls that it makes, and no more", () => {
    expect(actionsOf(policyOf({}).agent)).toEqual([
      "ecs:DescribeTaskDefinition",
      "ecs:DescribeTasks",
      "ecs:ListTasks",
      "ecs:RegisterTaskDefinition",
      "ecs:RunTask",
      "ecs:StopTask",
      "ecs:TagResource",
    ]);
    expect(actionsOf(policyOf(FULL).agent)).toEqual(
      [...actionsOf(policyOf({}).agent), "iam:PassRole", "logs:GetLogEvents"].toSorted(),
    );
  });

  it("are as narrow as the arguments allow", () => {
    const { agent } = policyOf(FULL);
    expect(statement(agent, "ecs:RunTask")).toMatchObject({
      Resource: ["arn:aws:ecs:eu-west-1:123456789012:task-definition/weather:*"],
      Condition: {
        ArnEquals: { "ecs:cluster": ["arn:aws:ecs:eu-west-1:123456789012:cluster/batch"] },
      },
    });
    expect(statement(agent, "ecs:StopTask")?.Resource).toEqual([
      "arn:aws:ecs:eu-west-1:123456789012:task/batch/*",
    ]);
    expect(statement(agent, "iam:PassRole")).toMatchObject({
      Resource: ["arn:aws:iam::123456789012:role/task", "arn:aws:iam::123456789012:role/execution"],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    });
    expect(statement(agent, "logs:GetLogEvents")?.Resource).toEqual([
      "arn:aws:logs:eu-west-1:123456789012:log-group:/weather:*",
    ]);
  });

  it("name the family that is derived, and leave open what is not known", () => {
    expect(statement(policyOf({}).agent, "ecs:RunTask")?.Resource[0]).toMatch(
      /^arn:aws:ecs:\*:\*:task-definition\/weather-report-[0-9a-f]{8}:\*$/,
    );
    expect(statement(policyOf({}).agent, "ecs:ListTasks")?.Condition).toEqual({
      ArnEquals: { "ecs:cluster": ["arn:aws:ecs:*:*:cluster/default"] },
    });
  });

  it("register nothing under a definition of the author's own", () => {
    const { agent } = policyOf({
      taskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/own:3",
    });
    expect(actionsOf(agent)).not.toContain("ecs:RegisterTaskDefinition");
    expect(statement(agent, "logs:GetLogEvents")?.Resource).toEqual([
      "arn:aws:logs:us-east-1:123456789012:log-group:*:*",
    ]);
    expect(statement(agent, "ecs:RunTask")?.Resource).toEqual([
      "arn:aws:ecs:us-east-1:123456789012:task-definition/own:*",
    ]);
  });

  it("cover the clusters of all ways to launch, and the partition", () => {
    const given = {
      regionName: "cn-north-1",
      onInfrastructureFailure: { capacity: { then: ["on-demand", { cluster: "second" }] } },
    };
    expect(statement(policyOf(given).agent, "ecs:ListTasks")?.Condition).toEqual({
      ArnEquals: {
        "ecs:cluster": [
          "arn:aws-cn:ecs:cn-north-1:*:cluster/default",
          "arn:aws-cn:ecs:cn-north-1:*:cluster/second",
        ],
      },
    });
  });
});

describe("the rights of the task's roles", () => {
  it("are to pull, to log and to read the secrets, for the execution role", () => {
    const { executionRole } = policyOf(
      FULL,
      "210987654321.dkr.ecr.eu-west-1.amazonaws.com/weather@sha256:aa",
    );
    expect(statement(executionRole, "ecr:BatchGetImage")?.Resource).toEqual([
      "arn:aws:ecr:eu-west-1:210987654321:repository/weather",
      "arn:aws:ecr:eu-west-1:123456789012:repository/side",
    ]);
    expect(statement(executionRole, "logs:PutLogEvents")?.Action).toContain("logs:CreateLogGroup");
    expect(statement(executionRole, "secretsmanager:GetSecretValue")?.Resource).toEqual([
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
    ]);
    expect(statement(executionRole, "ssm:GetParameters")?.Resource).toEqual([
      "arn:aws:ssm:eu-west-1:123456789012:parameter/harbour/b",
    ]);
  });

  it("are none where nothing asks for them", () => {
    expect(policyOf({})).not.toHaveProperty("executionRole");
    expect(policyOf({})).not.toHaveProperty("taskRole");
  });

  it("are those of the features that are on, for the task's role", () => {
    const efs = { fileSystemId: "fs-1", authorizationConfig: { iam: "ENABLED" } };
    const given = {
      enableExecuteCommand: true,
      volumes: [{ name: "data", efsVolumeConfiguration: efs }],
    };
    expect(actionsOf(policyOf(given).taskRole)).toEqual([
      "elasticfilesystem:ClientMount",
      "elasticfilesystem:ClientWrite",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]);
  });
});

it("has statements with names that IAM takes, each its own", () => {
  const { agent, executionRole } = policyOf(FULL);
  for (const document of [agent, executionRole]) {
    const ids = document?.Statement.map(({ Sid }) => Sid) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]+$/);
  }
});
