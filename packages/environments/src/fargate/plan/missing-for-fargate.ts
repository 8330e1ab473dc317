import type { Notice } from "../../notice.ts";
import { isObject, objectsOf, textOf } from "../../plain-read.ts";
import { containersOf, type FargateSubject } from "../rules/subject.ts";
import { isMeantForFargate } from "../target.ts";

const NEEDED: Readonly<Record<string, string>> = {
  networkMode: 'is not given, and Fargate asks for "awsvpc"',
  cpu: "is not given, and Fargate asks for it with the task",
  memory: "is not given, and Fargate asks for it with the task",
};

/** Fields that Fargate does not have ("Task definition differences for Fargate" in AWS's guide), and RunTask's of the like. */
const WITHOUT = {
  registerTaskDefinition: ["placementConstraints", "ipcMode", "inferenceAccelerators"],
  runTask: ["placementConstraints", "placementStrategy"],
} as const;
const WITHOUT_IN_CONTAINERS = [
  "disableNetworking",
  "dnsSearchDomains",
  "dnsServers",
  "dockerSecurityOptions",
  "extraHosts",
  "links",
  "privileged",
];

/** What is missing, or too much, for Fargate: AWS refuses it later, but it may be given on purpose for something that is not AWS. */
export function missingForFargate(subject: FargateSubject): readonly Notice[] {
  if (!isMeantForFargate(subject)) return [];
  return [
    ...(subject.pinned === undefined ? missingInDefinition(subject) : []),
    ...missingNetwork(subject),
    ...tooMuch(subject),
  ];
}

function missingInDefinition({ definition }: FargateSubject): readonly Notice[] {
  return Object.entries(NEEDED)
    .filter(([name]) => definition[name] === undefined)
    .map(([path, message]) => ({ path, message }));
}

function missingNetwork({ run }: FargateSubject): readonly Notice[] {
  if (run["networkConfiguration"] !== undefined) return [];
  return [
    {
      path: "networkConfiguration",
      message:
        "is not given, and a task on Fargate runs in subnets: give { awsvpcConfiguration: { subnets: [\u2026] } }",
    },
  ];
}

function tooMuch(subject: FargateSubject): readonly Notice[] {
  const { definition, run, path } = subject;
  const groups = [
    ["registerTaskDefinition", definition],
    ["runTask", run],
  ] as const;
  const paths = groups.flatMap(([group, given]) =>
    WITHOUT[group].filter((name) => given[name] !== undefined).map((name) => path(group, name)),
  );
  const inContainers = containersOf(subject).flatMap(({ container, path: at }) =>
    WITHOUT_IN_CONTAINERS.filter((name) => container[name] !== undefined).map(
      (name) => `${at}.${name}`,
    ),
  );
  const all = [...new Set([...paths, ...inContainers, ...hostVolumes(subject)])];
  return [
    ...all.map((at) => ({
      path: at,
      message: 'is not in Fargate, and AWS refuses it there; take it out, or give launchType "EC2"',
    })),
    ...missingLogRole(subject),
  ];
}

function hostVolumes({ definition, path }: FargateSubject): readonly string[] {
  const at = path("registerTaskDefinition", "volumes");
  return objectsOf(definition["volumes"]).flatMap(({ host, dockerVolumeConfiguration }, index) => [
    ...(isObject(host) && textOf(host["sourcePath"]) ? [`${at}[${index}].host.sourcePath`] : []),
    ...(dockerVolumeConfiguration === undefined
      ? []
      : [`${at}[${index}].dockerVolumeConfiguration`]),
  ]);
}

function missingLogRole(subject: FargateSubject): readonly Notice[] {
  if (subject.pinned !== undefined || subject.definition["executionRoleArn"] !== undefined)
    return [];
  const drivers = containersOf(subject).map(({ container }) => {
    const log = container["logConfiguration"];
    return isObject(log) ? log["logDriver"] : undefined;
  });
  const needs = drivers.includes("awslogs") ? "the log driver awslogs and " : "";
  return [
    {
      path: "executionRoleArn",
      message: `is not given; on Fargate ${needs}images in ECR need it`,
    },
  ];
}
