import { isObject, objectsOf, textOf } from "../../plain-read.ts";
import type { FargateArguments } from "../fargate-arguments.ts";
import { awslogsOf, logGroupArn, type Place, type PolicyStatement } from "./policy-statement.ts";

const ECR = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

/** What ECS does with the task's execution role: pulls images, writes logs, reads secrets and variable files. */
export function executionRoleStatements(
  args: FargateArguments,
  place: Place,
  image: string,
): readonly PolicyStatement[] {
  return [
    ...pulling(args, place, image),
    ...logging(args, place),
    ...readingSecrets(args, place),
    ...readingFiles(args),
  ];
}

function pulling({ definition }: FargateArguments, { partition }: Place, image: string) {
  const [, ...sidecars] = objectsOf(definition["containerDefinitions"]);
  const repositories = [
    image,
    ...sidecars.map((sidecar) => textOf(sidecar["image"]) ?? ""),
  ].flatMap((name) => {
    const [, account, region, repository] = ECR.exec(name) ?? [];
    return account === undefined
      ? []
      : [`arn:${partition}:ecr:${region}:${account}:repository/${repository}`];
  });
  if (repositories.length === 0) return [];
  return [
    allow("LogInToEcr", ["ecr:GetAuthorizationToken"], ["*"]),
    allow(
      "PullImages",
      ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      repositories,
    ),
  ];
}

function logging(args: FargateArguments, place: Place): readonly PolicyStatement[] {
  const logs = awslogsOf(args);
  if (logs.length === 0) return [];
  const creates = logs.some((options) => options["awslogs-create-group"] === "true");
  return [
    allow(
      "WriteLogs",
      ["logs:CreateLogStream", "logs:PutLogEvents", ...(creates ? ["logs:CreateLogGroup"] : [])],
      logs.map((options) => logGroupArn(place, options)),
    ),
  ];
}

function readingSecrets(
  { definition }: FargateArguments,
  place: Place,
): readonly PolicyStatement[] {
  const given = objectsOf(definition["containerDefinitions"]).flatMap((container) => {
    const log = container["logConfiguration"];
    return [
      ...objectsOf(container["secrets"]),
      ...objectsOf(isObject(log) ? log["secretOptions"] : undefined),
    ].flatMap(({ valueFrom }) => textOf(valueFrom) ?? []);
  });
  const secrets = given.filter((from) => from.includes(":secretsmanager:"));
  const parameters = given
    .filter((from) => !from.includes(":secretsmanager:"))
    .map((from) => parameterArn(from, place));
  return [
    ...(secrets.length === 0
      ? []
      : [allow("ReadSecrets", ["secretsmanager:GetSecretValue"], secrets.map(wholeSecret))]),
    ...(parameters.length === 0
      ? []
      : [allow("ReadParameters", ["ssm:GetParameters"], parameters)]),
  ];
}

/** The secret's own ARN, where a field, a stage or a version of it is named. */
function wholeSecret(valueFrom: string): string {
  return valueFrom.split(":").slice(0, 7).join(":");
}

function parameterArn(given: string, { partition, region, account }: Place): string {
  if (given.startsWith("arn:")) return given;
  return `arn:${partition}:ssm:${region}:${account}:parameter/${given.replace(/^\//, "")}`;
}

function readingFiles({ definition }: FargateArguments): readonly PolicyStatement[] {
  const files = objectsOf(definition["containerDefinitions"]).flatMap(({ environmentFiles }) =>
    objectsOf(environmentFiles).flatMap(({ value }) => textOf(value) ?? []),
  );
  return files.length === 0 ? [] : [allow("ReadVariableFiles", ["s3:GetObject"], files)];
}

/** What the features that the author turned on ask of the task's own role. */
export function taskRoleStatements(
  { definition, run }: FargateArguments,
  { partition, region, account }: Place,
): readonly PolicyStatement[] {
  const files = objectsOf(definition["volumes"]).flatMap(({ efsVolumeConfiguration: efs }) => {
    const config = isObject(efs) ? efs["authorizationConfig"] : undefined;
    return isObject(efs) && isObject(config) && config["iam"] === "ENABLED"
      ? [
          `arn:${partition}:elasticfilesystem:${region}:${account}:file-system/${String(efs["fileSystemId"])}`,
        ]
      : [];
  });
  return [
    ...(run["enableExecuteCommand"] === true
      ? [
          allow(
            "ExecuteCommand",
            [
              "ssmmessages:CreateControlChannel",
              "ssmmessages:CreateDataChannel",
              "ssmmessages:OpenControlChannel",
              "ssmmessages:OpenDataChannel",
            ],
            ["*"],
          ),
        ]
      : []),
    ...(files.length === 0
      ? []
      : [
          allow(
            "MountFileSystems",
            ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            files,
          ),
        ]),
  ];
}

function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
): PolicyStatement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: [...new Set(resources)] };
}
