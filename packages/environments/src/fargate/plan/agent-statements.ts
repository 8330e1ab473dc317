import { isObject, textOf } from "../../plain-read.ts";
import type { FargateArguments } from "../fargate-arguments.ts";
import { applyVariant } from "../retry-policy/variants.ts";
import { awslogsOf, logGroupArn, type Place, type PolicyStatement } from "./policy-statement.ts";

/** What the agent calls. */
export function agentStatements(
  args: FargateArguments,
  place: Place,
  family: string,
): readonly PolicyStatement[] {
  const clusters = clustersOf(args, place);
  const ecs = (resource: string) =>
    `arn:${place.partition}:ecs:${place.region}:${place.account}:${resource}`;
  const inClusters = { ArnEquals: { "ecs:cluster": clusters } };
  const tasks = clusters.map((arn) => `${arn.replace(":cluster/", ":task/")}/*`);
  return [
    definitions(args),
    {
      Sid: "RunTheTask",
      Effect: "Allow",
      Action: ["ecs:RunTask"],
      Resource: [ecs(`task-definition/${family}:*`)],
      Condition: inClusters,
    },
    {
      Sid: "WatchAndStopTheTask",
      Effect: "Allow",
      Action: ["ecs:DescribeTasks", "ecs:StopTask"],
      Resource: tasks,
      Condition: inClusters,
    },
    {
      Sid: "FindTheTaskAgain",
      Effect: "Allow",
      Action: ["ecs:ListTasks"],
      Resource: ["*"],
      Condition: inClusters,
    },
    {
      Sid: "TagWhatIsMade",
      Effect: "Allow",
      Action: ["ecs:TagResource"],
      Resource: [
        ...tasks,
        ...(args.pinned === undefined ? [ecs(`task-definition/${family}:*`)] : []),
      ],
      Condition: {
        StringEquals: {
          "ecs:CreateAction":
            args.pinned === undefined ? ["RunTask", "RegisterTaskDefinition"] : ["RunTask"],
        },
      },
    },
    ...passingRoles(args, place),
    ...readingLogs(args, place),
  ];
}

/** These two know no resources. A definition of the author's own is looked at for where its logs are. */
function definitions({ pinned }: FargateArguments): PolicyStatement {
  return {
    Sid: pinned === undefined ? "RegisterTheDefinition" : "LookAtTheDefinition",
    Effect: "Allow",
    Action: [
      ...(pinned === undefined ? ["ecs:RegisterTaskDefinition"] : []),
      "ecs:DescribeTaskDefinition",
    ],
    Resource: ["*"],
  };
}

/** The clusters of all of the author's ways to launch. */
function clustersOf({ run, policy }: FargateArguments, place: Place): readonly string[] {
  const ways = [undefined, ...policy.variants];
  const given = ways.map((way) => textOf(applyVariant(run, way)["cluster"]) ?? "default");
  return [...new Set(given)].map((cluster) =>
    cluster.startsWith("arn:")
      ? cluster
      : `arn:${place.partition}:ecs:${place.region}:${place.account}:cluster/${cluster}`,
  );
}

function passingRoles(
  { definition, run }: FargateArguments,
  place: Place,
): readonly PolicyStatement[] {
  const overrides = isObject(run["overrides"]) ? run["overrides"] : {};
  const roles = ["taskRoleArn", "executionRoleArn"].flatMap((name) => [
    textOf(definition[name]),
    textOf(overrides[name]),
  ]);
  const given = [...new Set(roles.filter((role) => role !== undefined))];
  if (given.length === 0) return [];
  return [
    {
      Sid: "PassTheTasksRoles",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: given.map((role) =>
        role.startsWith("arn:")
          ? role
          : `arn:${place.partition}:iam::${place.account}:role/${role}`,
      ),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
  ];
}

function readingLogs(args: FargateArguments, place: Place): readonly PolicyStatement[] {
  // Where a definition of the author's own writes to is not known here.
  const logs = args.pinned === undefined ? awslogsOf(args) : [{}];
  const groups = logs.map((options) => logGroupArn(place, options));
  if (groups.length === 0) return [];
  return [
    {
      Sid: "ReadTheLastLines",
      Effect: "Allow",
      Action: ["logs:GetLogEvents"],
      Resource: [...new Set(groups)],
    },
  ];
}
