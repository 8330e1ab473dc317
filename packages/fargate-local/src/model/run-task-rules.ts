import { checkStrategy, type Strategy } from "./capacity-providers.ts";
import { isFargateSize, parseCpu, parseMemory } from "./fargate-sizes.ts";
import { firstRefusal, type Refusal, type Rule, refusal } from "./refusal.ts";
import type { RunTask, RunTaskSubject } from "./run-task.ts";
import { checkTags } from "./tags.ts";

const MAX_COUNT = 10;
const MAX_OVERRIDES = 8192;
const MAX_STARTED_BY = 128;
const MIN_STORAGE = 21;
const MAX_STORAGE = 200;
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;
const CLIENT_TOKEN = /^[\x21-\x7e]{1,64}$/;
const PLATFORM_VERSIONS = ["LATEST", "1.4.0", "1.3.0", "1.0.0"];
const LAUNCH_TYPES = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];
const STARTED_BY = /^[A-Za-z0-9/_-]*$/;
const MAX_GROUP = 255;
const MAX_REFERENCE = 1024;
const SUBNET = /^subnet-[0-9a-f]+$/;
const SECURITY_GROUP = /^sg-[0-9a-f]+$/;

/** What is wrong with the input itself, before anything that it names is looked up. */
const INPUT_RULES: readonly Rule<RunTask>[] = [
  when(({ taskDefinition }) => !taskDefinition, "TaskDefinition can not be blank."),
  when(({ count = 1 }) => count < 1, "Count must be greater than or equal to 1."),
  when(({ count = 1 }) => count > MAX_COUNT, `Count must be less than or equal to ${MAX_COUNT}.`),
  when(
    ({ startedBy = "" }) => startedBy.length > MAX_STARTED_BY,
    `startedBy length must be at most ${MAX_STARTED_BY}.`,
  ),
  when(
    ({ startedBy = "" }) => !STARTED_BY.test(startedBy),
    "startedBy can only contain letters, numbers, hyphens, forward slashes and underscores.",
  ),
  when(({ group = "" }) => group.length > MAX_GROUP, `group length must be at most ${MAX_GROUP}.`),
  when(({ group = "" }) => group.startsWith("service:"), "Invalid namespace for group."),
  when(
    ({ referenceId = "" }) => referenceId.length > MAX_REFERENCE,
    `referenceId length must be at most ${MAX_REFERENCE}.`,
  ),
  when(
    ({ clientToken }) => clientToken !== undefined && !CLIENT_TOKEN.test(clientToken),
    "clientToken must be between 1 and 64 ASCII characters in the range of 33-126 (inclusive).",
  ),
  when(
    ({ launchType, capacityProviderStrategy }) => launchType && capacityProviderStrategy?.length,
    "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
  ),
  when(
    ({ launchType }) => launchType !== undefined && !LAUNCH_TYPES.includes(launchType),
    "Invalid launch type.",
  ),
  when(
    ({ propagateTags }) =>
      propagateTags !== undefined && !["TASK_DEFINITION", "NONE"].includes(propagateTags),
    "Invalid value for propagateTags. RunTask accepts TASK_DEFINITION or NONE.",
  ),
  ({ overrides }) =>
    JSON.stringify(overrides ?? {}).length > MAX_OVERRIDES
      ? refusal(
          "InvalidParameterException",
          `Container Overrides length must be at most ${MAX_OVERRIDES}`,
        )
      : undefined,
  ({ tags }) => checkTags(tags),
];

/** What is wrong with the input beside its task definition and cluster. */
const RULES: readonly Rule<RunTaskSubject>[] = [
  ({ definition }) =>
    definition.status !== "ACTIVE"
      ? refusal("InvalidParameterException", "TaskDefinition is inactive")
      : undefined,
  containerInstances,
  capacityProviders,
  ({ definition }) =>
    definition.compatibilities.includes("FARGATE")
      ? undefined
      : refusal(
          "InvalidParameterException",
          "Task definition does not support launch_type FARGATE.",
        ),
  network,
  overrideNames,
  overrideSize,
  overrideStorage,
  overrideSums,
  ({ input: { platformVersion } }) =>
    platformVersion === undefined || PLATFORM_VERSIONS.includes(platformVersion)
      ? undefined
      : refusal("PlatformUnknownException", "The specified platform does not exist."),
];

export function checkRunTaskInput(input: RunTask): Refusal | undefined {
  return firstRefusal(INPUT_RULES, input);
}

export function checkRunTask(subject: RunTaskSubject): Refusal | undefined {
  return firstRefusal(RULES, subject);
}

/** The strategy (the request's, else the cluster's) that chooses providers; empty for a launch type. */
export function strategyOf({ input, cluster }: RunTaskSubject): Strategy {
  if (input.launchType !== undefined) return [];
  return input.capacityProviderStrategy?.length
    ? input.capacityProviderStrategy
    : cluster.defaultCapacityProviderStrategy;
}

function when(broken: (input: RunTask) => unknown, message: string): Rule<RunTask> {
  return (input) => (broken(input) ? refusal("InvalidParameterException", message) : undefined);
}

/** Without a strategy ECS takes EC2 for the launch type, and here are no instances. */
function containerInstances(subject: RunTaskSubject): Refusal | undefined {
  if (subject.input.launchType === "FARGATE" || strategyOf(subject).length > 0) return undefined;
  return refusal("InvalidParameterException", "No Container Instances were found in your cluster.");
}

function capacityProviders(subject: RunTaskSubject): Refusal | undefined {
  return checkStrategy(strategyOf(subject), subject.cluster.capacityProviders);
}

function network({ input }: RunTaskSubject): Refusal | undefined {
  const vpc = input.networkConfiguration?.awsvpcConfiguration;
  if (vpc === undefined) {
    return refusal(
      "InvalidParameterException",
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  }
  const { subnets = [], securityGroups = [], assignPublicIp } = vpc;
  const message =
    (subnets.length === 0 ? "subnets can not be empty." : undefined) ??
    tooMany("subnets", subnets, MAX_SUBNETS) ??
    tooMany("securityGroups", securityGroups, MAX_SECURITY_GROUPS) ??
    malformed("subnet", subnets, SUBNET, "InvalidSubnetID.Malformed") ??
    malformed("security group", securityGroups, SECURITY_GROUP, "InvalidGroupId.Malformed") ??
    (assignPublicIp === undefined || /^(ENABLED|DISABLED)$/.test(assignPublicIp)
      ? undefined
      : "assignPublicIp must be ENABLED or DISABLED.");
  return message === undefined ? undefined : refusal("InvalidParameterException", message);
}

function tooMany(field: string, given: readonly string[], most: number): string | undefined {
  return given.length > most ? `${field} can have at most ${most} items.` : undefined;
}

function malformed(
  noun: "subnet" | "security group",
  given: readonly string[],
  pattern: RegExp,
  code: string,
): string | undefined {
  const wrong = given.find((id) => !pattern.test(id));
  if (wrong === undefined) return undefined;
  const expected = noun === "subnet" ? "subnet-..." : "sg-...";
  return `Error retrieving ${noun} information for [${given.join(", ")}]: Invalid id: "${wrong}" (expecting "${expected}") (ErrorCode: ${code})`;
}

function overrideNames({ input, definition }: RunTaskSubject): Refusal | undefined {
  const names = new Set(definition.containerDefinitions.map(({ name }) => name));
  for (const { name, ...rest } of input.overrides?.containerOverrides ?? []) {
    if (name === undefined && Object.keys(rest).length === 0) continue;
    if (name === undefined || name === "") {
      return refusal("InvalidParameterException", "Container override name can not be blank.");
    }
    if (!names.has(name)) {
      return refusal(
        "InvalidParameterException",
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    }
  }
  return undefined;
}

function overrideSize({ input, definition }: RunTaskSubject): Refusal | undefined {
  const { cpu, memory } = input.overrides ?? {};
  if (cpu === undefined && memory === undefined) return undefined;
  const units = parseCpu(cpu ?? definition.cpu ?? "") ?? 0;
  const mib = parseMemory(memory ?? definition.memory ?? "") ?? 0;
  if (isFargateSize(units, mib)) return undefined;
  return refusal(
    "InvalidParameterException",
    `No Fargate configuration exists for given values: ${units} CPU, ${mib} memory. See the Amazon ECS documentation for the valid values.`,
  );
}

function overrideStorage({ input }: RunTaskSubject): Refusal | undefined {
  const size = input.overrides?.ephemeralStorage?.sizeInGiB;
  if (size === undefined || (size >= MIN_STORAGE && size <= MAX_STORAGE)) return undefined;
  return refusal(
    "InvalidParameterException",
    `Ephemeral storage size must be between ${MIN_STORAGE} and ${MAX_STORAGE} GiB.`,
  );
}

/** What the containers reserve, with their overrides, has to fit into the task. */
function overrideSums({ input, definition }: RunTaskSubject): Refusal | undefined {
  const { cpu, memory, containerOverrides = [] } = input.overrides ?? {};
  const limits = {
    cpu: parseCpu(cpu ?? definition.cpu ?? "") ?? 0,
    memory: parseMemory(memory ?? definition.memory ?? "") ?? 0,
  };
  const containers = definition.containerDefinitions.map((container) => ({
    ...container,
    ...containerOverrides.find(({ name }) => name === container.name),
  }));
  const sums = {
    cpu: sum(containers.map((one) => one.cpu ?? 0)),
    memory: sum(containers.map((one) => one.memoryReservation ?? one.memory ?? 0)),
  };
  const over = (["cpu", "memory"] as const).find((field) => sums[field] > limits[field]);
  return (
    over &&
    refusal(
      "InvalidParameterException",
      `The sum of all container '${over}' values cannot be greater than the value of the task '${over}'.`,
    )
  );
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
