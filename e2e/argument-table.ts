import { randomUUID } from "node:crypto";
import { isPlainObject, type Json, type JsonObject, type LaunchRequest } from "@slipway/core";
import { FargateTaskEnvironment, type FargateTaskEnvironmentOptions } from "@slipway/environments";
import { createLauncher } from "@slipway/environments/launch";
import { memoryLedger, type RecordedRequest } from "@slipway/testing";

type Operation = "RegisterTaskDefinition" | "RunTask";

/** One argument by AWS's name: a value for it, the calls that it belongs to, and what else the value asks for. */
export interface ArgumentRow {
  readonly name: string;
  readonly calls: readonly Operation[];
  readonly value: Json;
  readonly with?: FargateTaskEnvironmentOptions;
  /** What arrives in the place of the value: the listed changes. */
  readonly arrives?: (sent: JsonObject) => Json;
  /** The part of AWS's refusal where Fargate has no such thing. */
  readonly refused?: RegExp;
}

const EC2: FargateTaskEnvironmentOptions = {
  launchType: "EC2",
  networkMode: "bridge",
  requiresCompatibilities: ["EC2"],
};
const NETWORK = {
  awsvpcConfiguration: {
    subnets: ["subnet-0a1b2c3d"],
    securityGroups: ["sg-0a1b2c3d"],
    assignPublicIp: "DISABLED",
  },
};

/** Every argument that the first version of this page of the manual named, in its order. */
export const ARGUMENTS: readonly ArgumentRow[] = [
  { name: "family", calls: ["RegisterTaskDefinition"], value: "harbour" },
  {
    name: "taskRoleArn",
    calls: ["RegisterTaskDefinition"],
    value: "arn:aws:iam::123456789012:role/task",
  },
  {
    name: "executionRoleArn",
    calls: ["RegisterTaskDefinition"],
    value: "arn:aws:iam::123456789012:role/execution",
  },
  { name: "networkMode", calls: ["RegisterTaskDefinition"], value: "awsvpc" },
  {
    name: "containerDefinitions",
    calls: ["RegisterTaskDefinition"],
    value: [
      { name: "main", image: "", essential: true, environment: [{ name: "MY_ENV", value: "foo" }] },
      { name: "sidecar", image: "busybox", essential: false, command: ["sleep", "1"] },
    ],
    arrives: flowContainers,
  },
  {
    name: "volumes",
    calls: ["RegisterTaskDefinition"],
    value: [{ name: "scratch" }],
  },
  {
    name: "placementConstraints",
    calls: ["RegisterTaskDefinition", "RunTask"],
    value: [{ type: "memberOf", expression: "attribute:ecs.availability-zone in [eu-west-1a]" }],
    with: EC2,
    refused: /EC2|launch.?type|placement/i,
  },
  { name: "requiresCompatibilities", calls: ["RegisterTaskDefinition"], value: ["FARGATE"] },
  { name: "cpu", calls: ["RegisterTaskDefinition"], value: "1024", with: { memory: "4096" } },
  { name: "memory", calls: ["RegisterTaskDefinition"], value: "1024" },
  {
    name: "tags",
    calls: ["RegisterTaskDefinition", "RunTask"],
    value: [{ key: "team", value: "harbour" }],
    arrives: (sent) => withOurTags(sent["tags"], [{ key: "team", value: "harbour" }]),
  },
  { name: "pidMode", calls: ["RegisterTaskDefinition"], value: "task" },
  {
    name: "ipcMode",
    calls: ["RegisterTaskDefinition"],
    value: "task",
    with: EC2,
    refused: /EC2|launch.?type|ipc/i,
  },
  {
    name: "proxyConfiguration",
    calls: ["RegisterTaskDefinition"],
    value: {
      type: "APPMESH",
      containerName: "envoy",
      properties: [{ name: "ProxyIngressPort", value: "15000" }],
    },
    with: {
      containerDefinitions: [
        { name: "main", image: "" },
        { name: "envoy", image: "busybox", essential: false },
      ],
    },
  },
  {
    name: "inferenceAccelerators",
    calls: ["RegisterTaskDefinition"],
    value: [{ deviceName: "device_1", deviceType: "eia2.medium" }],
    with: EC2,
    refused: /EC2|launch.?type|accelerator/i,
  },
  { name: "cluster", calls: ["RunTask"], value: "default" },
  {
    name: "taskDefinition",
    calls: ["RunTask"],
    value: "quay",
    arrives: (sent) =>
      /^quay:\d+$/.test(String(sent["taskDefinition"]))
        ? (sent["taskDefinition"] ?? null)
        : "quay:N",
  },
  { name: "count", calls: ["RunTask"], value: 1 },
  { name: "startedBy", calls: ["RunTask"], value: "harbour-master" },
  { name: "group", calls: ["RunTask"], value: "family:harbour" },
  {
    name: "placementStrategy",
    calls: ["RunTask"],
    value: [{ type: "spread", field: "attribute:ecs.availability-zone" }],
    with: EC2,
    refused: /EC2|launch.?type|placement/i,
  },
  { name: "platformVersion", calls: ["RunTask"], value: "1.4.0" },
  { name: "networkConfiguration", calls: ["RunTask"], value: NETWORK },
  { name: "enableECSManagedTags", calls: ["RunTask"], value: true },
  { name: "propagateTags", calls: ["RunTask"], value: "TASK_DEFINITION" },
];

/** What a flow on Fargate needs at the least. */
const BASE: FargateTaskEnvironmentOptions = {
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
};

/** The environment of one row. */
export function environmentOf(row: ArgumentRow, more: FargateTaskEnvironmentOptions = {}) {
  const { networkConfiguration, ...ec2Base } = BASE;
  const base = row.with === EC2 ? ec2Base : BASE;
  const unique = row.name === "taskDefinition" ? {} : { family: `row-${row.name}` };
  return new FargateTaskEnvironment({
    ...base,
    ...unique,
    ...more,
    ...row.with,
    [row.name]: row.value,
  });
}

/** One launch of an environment. Answers the launcher's rendering and what was thrown, if anything. */
export async function launchOnce(environment: FargateTaskEnvironment, endpoint: string) {
  const launcher = await createLauncher(environment.serialize(), {
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const request = newRequest();
  try {
    const ledger = memoryLedger();
    await launcher.setup(request, ledger);
    const infrastructure = await launcher.execute(request, ledger);
    return { rendered: launcher.render(request, infrastructure), thrown: undefined };
  } catch (thrown) {
    return { rendered: launcher.render(request), thrown };
  } finally {
    launcher.close();
  }
}

const IMAGE = `registry.invalid/flows@sha256:${"0".repeat(64)}`;
const API = "http://127.0.0.1:9/graphql";

/** A run of its own for each launch, since a repeated one would be answered with the first one's task. */
function newRequest(): LaunchRequest {
  return {
    installationId: "an-installation",
    flowName: "arguments",
    flowRunId: randomUUID(),
    attempt: 1,
    attemptId: randomUUID(),
    image: IMAGE,
    apiUrl: API,
    bootstrapToken: "slb_a-token-of-one-attempt",
    earlier: [],
    variant: 0,
  };
}

/** The first container with what Slipway changes in it; the sidecar as it was given. */
function flowContainers(): Json {
  const ours: readonly (readonly [string, string])[] = [
    ["CLOUD__GRAPHQL", API],
    ["CONTEXT__IMAGE", IMAGE],
    ["CONTEXT__FLOW_FILE_PATH", "/slipway/flow.mjs"],
    ["CLOUD__USE_LOCAL_SECRETS", "false"],
    ["ENGINE__FLOW_RUNNER__DEFAULT_CLASS", "CloudFlowRunner"],
    ["ENGINE__TASK_RUNNER__DEFAULT_CLASS", "CloudTaskRunner"],
    ["LOGGING__LOG_TO_CLOUD", "true"],
  ];
  return [
    {
      name: "main",
      image: IMAGE,
      essential: true,
      command: ["node", "/slipway/flow.mjs"],
      environment: [
        { name: "MY_ENV", value: "foo" },
        ...ours.map(([name, value]) => ({ name: `SLIPWAY__${name}`, value })),
      ],
    },
    { name: "sidecar", image: "busybox", essential: false, command: ["sleep", "1"] },
  ];
}

const OUR_TAGS = ["slipway:definition-hash", "slipway:flow", "identifier", "flow_run_id"];

/** The author's tags first, and after them none but the listed ones. */
function withOurTags(sent: Json | undefined, given: readonly Json[]): Json {
  const tags = Array.isArray(sent) ? sent : [];
  const ours = tags.filter((tag) => isPlainObject(tag) && OUR_TAGS.includes(String(tag["key"])));
  return [...given, ...ours];
}

/** The body that an operation was sent with. */
export function arrived(requests: readonly RecordedRequest[], operation: Operation): JsonObject {
  const request = requests.findLast(({ headers }) =>
    String(headers["x-amz-target"]).endsWith(`.${operation}`),
  );
  if (request === undefined) throw new Error(`${operation} was never sent`);
  return JSON.parse(request.body);
}

/** What is to arrive of a row's argument. */
export function expected(row: ArgumentRow, sent: JsonObject): Json {
  return row.arrives === undefined ? row.value : row.arrives(sent);
}
