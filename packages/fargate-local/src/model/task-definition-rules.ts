import { isFargateSize, parseCpu, parseMemory } from "./fargate-sizes.ts";
import { firstRefusal, type Refusal, type Rule, refusal } from "./refusal.ts";
import type { ContainerDefinition, RegisterTaskDefinition } from "./task-definition.ts";

type DefinitionRule = Rule<RegisterTaskDefinition>;
type ContainerRule = (
  container: ContainerDefinition,
  definition: RegisterTaskDefinition,
) => string | undefined;

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const MAX_CONTAINERS = 10;
const NETWORK_MODES = ["bridge", "host", "awsvpc", "none"];
const COMPATIBILITIES = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];
const ECR = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/;
const FARGATE_LOG_DRIVERS = ["awslogs", "splunk", "awsfirelens"];
const FARGATE_ARCHITECTURES = ["X86_64", "ARM64"];
const FARGATE_SYSTEMS = /^(LINUX|WINDOWS_SERVER_(2019|2022|2025)_(FULL|CORE))$/;
const MAX_FARGATE_STOP_TIMEOUT = 120;

/** What ECS asks of every task definition, in the order in which it looks. */
const RULES: readonly DefinitionRule[] = [
  when(({ family }) => family === undefined || family === "", "Family can not be blank."),
  when(({ family }) => !NAME.test(family ?? ""), "Family contains invalid characters."),
  when(
    ({ containerDefinitions }) => !containerDefinitions?.length,
    "Container list cannot be empty.",
  ),
  when(
    ({ containerDefinitions }) => (containerDefinitions?.length ?? 0) > MAX_CONTAINERS,
    `Container list cannot have more than ${MAX_CONTAINERS} items.`,
  ),
  eachContainer([
    ({ name }) => (name ? undefined : "Container.name should not be null or empty."),
    ({ name }) =>
      NAME.test(name ?? "") ? undefined : "Container.name contains invalid characters.",
    ({ image }) => (image ? undefined : "Container.image should not be null or empty."),
  ]),
  when(
    ({ containerDefinitions = [] }) => hasDuplicate(containerDefinitions.map(({ name }) => name)),
    "Container.name must be unique within a task definition.",
  ),
  when(
    ({ containerDefinitions = [] }) =>
      containerDefinitions.every(({ essential }) => essential === false),
    "Task definition must have at least one essential container.",
  ),
  when(
    ({ networkMode }) => networkMode !== undefined && !NETWORK_MODES.includes(networkMode),
    "Invalid network mode.",
  ),
  ({ requiresCompatibilities = [] }) => {
    const unknown = requiresCompatibilities.find((given) => !COMPATIBILITIES.includes(given));
    return unknown === undefined
      ? undefined
      : refusal("ClientException", `Invalid requires compatibilities value: ${unknown}.`);
  },
  amountRule("cpu", parseCpu),
  amountRule("memory", parseMemory),
  when(
    ({ executionRoleArn, containerDefinitions = [] }) =>
      !executionRoleArn && containerDefinitions.some(({ secrets }) => secrets?.length),
    "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
  ),
  eachContainer([
    ({ name, memory, memoryReservation }, definition) =>
      (definition.memory ?? memory ?? memoryReservation)
        ? undefined
        : `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    ({ name, memory, memoryReservation }) =>
      memory !== undefined && memoryReservation !== undefined && memory < memoryReservation
        ? `Invalid setting for container '${name}'. 'memory' must be greater than or equal to 'memoryReservation'.`
        : undefined,
    portsMatch,
    dependenciesExist,
    awslogsOptions,
  ]),
  when(
    ({ containerDefinitions = [] }) => hasDependencyCycle(containerDefinitions),
    "Container dependency graph contains a cycle.",
  ),
  sumRule("cpu", parseCpu),
  sumRule("memory", parseMemory),
];

/** What Fargate asks on top. A definition that passes these is compatible with Fargate. */
const FARGATE_RULES: readonly DefinitionRule[] = [
  when(
    ({ networkMode }) => networkMode !== "awsvpc",
    "Fargate only supports network mode ‘awsvpc’.",
  ),
  when(({ cpu }) => !cpu, "Fargate requires that 'cpu' be defined at the task level."),
  when(({ memory }) => !memory, "Fargate requires that 'memory' be defined at the task level."),
  fargateSize,
  ({ ephemeralStorage }) => {
    const size = ephemeralStorage?.sizeInGiB;
    return ephemeralStorage === undefined || (size !== undefined && size >= 21 && size <= 200)
      ? undefined
      : refusal("ClientException", "Ephemeral storage size must be between 21 and 200 GiB.");
  },
  when(
    ({ ipcMode }) => ipcMode !== undefined,
    "Tasks using the Fargate launch type do not support ipcMode.",
  ),
  when(
    ({ pidMode }) => pidMode !== undefined && pidMode !== "task",
    "Tasks using the Fargate launch type only support the pidMode 'task'.",
  ),
  when(
    ({ placementConstraints }) => placementConstraints?.length,
    "Fargate does not support task placement constraints.",
  ),
  when(
    ({ volumes = [] }) => volumes.some(({ host }) => host?.sourcePath),
    "host.sourcePath should not be set for volumes in Fargate.",
  ),
  when(
    ({ volumes = [] }) => volumes.some((volume) => volume.dockerVolumeConfiguration),
    "dockerVolumeConfiguration should not be set for volumes in Fargate.",
  ),
  runtimePlatform,
  eachContainer([
    ({ privileged }) =>
      privileged ? "Fargate does not support privileged containers." : undefined,
    ({ links }) => (links?.length ? "Links are not supported when networkMode=awsvpc." : undefined),
    ({ image }, { executionRoleArn }) =>
      ECR.test(image ?? "") && !executionRoleArn
        ? "Fargate requires task definition to have execution role ARN to support ECR images."
        : undefined,
    ({ logConfiguration }) =>
      logConfiguration === undefined ||
      FARGATE_LOG_DRIVERS.includes(logConfiguration.logDriver ?? "")
        ? undefined
        : `${logConfiguration.logDriver} is not a valid log driver. Must be one of [${FARGATE_LOG_DRIVERS}]`,
    ({ logConfiguration }, { executionRoleArn }) =>
      logConfiguration?.logDriver === "awslogs" && !executionRoleArn
        ? "Fargate requires task definition to have execution role ARN to support log driver awslogs."
        : undefined,
    ({ stopTimeout = 0 }) =>
      stopTimeout > MAX_FARGATE_STOP_TIMEOUT
        ? `Tasks using the Fargate launch type must have a container stop timeout of less than ${MAX_FARGATE_STOP_TIMEOUT} seconds.`
        : undefined,
    ({ name, stopTimeout = 2 }) =>
      stopTimeout < 2
        ? `Granular stop timeout on container '${name}' must be at least 2 seconds.`
        : undefined,
  ]),
];

/** Why a definition is refused: undefined where ECS would register it. */
export function checkTaskDefinition(input: RegisterTaskDefinition): Refusal | undefined {
  const found = firstRefusal(RULES, input);
  if (found !== undefined) return found;
  return input.requiresCompatibilities?.includes("FARGATE")
    ? firstRefusal(FARGATE_RULES, input)
    : undefined;
}

/** The launch types that an accepted definition may run on. */
export function compatibilitiesOf(input: RegisterTaskDefinition): string[] {
  return firstRefusal(FARGATE_RULES, input) === undefined ? ["EC2", "FARGATE"] : ["EC2"];
}

function when(broken: (input: RegisterTaskDefinition) => unknown, message: string): DefinitionRule {
  return (input) => (broken(input) ? refusal("ClientException", message) : undefined);
}

function eachContainer(rules: readonly ContainerRule[]): DefinitionRule {
  return (definition) => {
    for (const container of definition.containerDefinitions ?? []) {
      for (const rule of rules) {
        const message = rule(container, definition);
        if (message !== undefined) return refusal("ClientException", message);
      }
    }
    return undefined;
  };
}

function amountRule(field: "cpu" | "memory", parse: typeof parseCpu): DefinitionRule {
  return (input) => {
    const given = input[field];
    return given === undefined || parse(given) !== undefined
      ? undefined
      : refusal("ClientException", `Invalid '${field}' setting for task.`);
  };
}

function sumRule(field: "cpu" | "memory", parse: typeof parseCpu): DefinitionRule {
  return (input) => {
    const limit = parse(input[field] ?? "");
    const sum = (input.containerDefinitions ?? []).reduce(
      (total, container) => total + reserved(container, field),
      0,
    );
    return limit === undefined || sum <= limit
      ? undefined
      : refusal(
          "ClientException",
          `The sum of all container '${field}' values cannot be greater than the value of the task '${field}'.`,
        );
  };
}

function reserved(container: ContainerDefinition, field: "cpu" | "memory"): number {
  if (field === "cpu") return container.cpu ?? 0;
  return container.memoryReservation ?? container.memory ?? 0;
}

function fargateSize(input: RegisterTaskDefinition): Refusal | undefined {
  const cpu = parseCpu(input.cpu ?? "") ?? 0;
  const memory = parseMemory(input.memory ?? "") ?? 0;
  if (isFargateSize(cpu, memory)) return undefined;
  return refusal(
    "ClientException",
    `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
  );
}

function runtimePlatform({ runtimePlatform: platform }: RegisterTaskDefinition) {
  const { cpuArchitecture, operatingSystemFamily } = platform ?? {};
  if (cpuArchitecture !== undefined && !FARGATE_ARCHITECTURES.includes(cpuArchitecture)) {
    return refusal("ClientException", `Invalid cpuArchitecture '${cpuArchitecture}'.`);
  }
  if (operatingSystemFamily !== undefined && !FARGATE_SYSTEMS.test(operatingSystemFamily)) {
    return refusal("ClientException", `Invalid operatingSystemFamily '${operatingSystemFamily}'.`);
  }
  return undefined;
}

function portsMatch(
  { portMappings = [] }: ContainerDefinition,
  { networkMode }: RegisterTaskDefinition,
): string | undefined {
  if (networkMode !== "awsvpc" && networkMode !== "host") return undefined;
  const differs = portMappings.some(
    ({ containerPort, hostPort }) => hostPort !== undefined && hostPort !== containerPort,
  );
  return differs
    ? `When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`
    : undefined;
}

function awslogsOptions({ logConfiguration }: ContainerDefinition): string | undefined {
  if (logConfiguration?.logDriver !== "awslogs") return undefined;
  const { options = {} } = logConfiguration;
  return options["awslogs-group"] && options["awslogs-region"]
    ? undefined
    : "Log driver awslogs requires options: awslogs-region, awslogs-group";
}

function dependenciesExist(
  { dependsOn = [] }: ContainerDefinition,
  { containerDefinitions = [] }: RegisterTaskDefinition,
): string | undefined {
  for (const { containerName, condition } of dependsOn) {
    const target = containerDefinitions.find(({ name }) => name === containerName);
    if (target === undefined) {
      return `Cannot depend on container + '${containerName}' because it does not exist`;
    }
    if (/^(SUCCESS|COMPLETE)$/.test(condition) && target.essential !== false) {
      return "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container";
    }
  }
  return undefined;
}

function hasDependencyCycle(containers: readonly ContainerDefinition[]): boolean {
  const upstream = new Map(
    containers.map(({ name, dependsOn = [] }) => [name, dependsOn.map((on) => on.containerName)]),
  );
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    (upstream.get(from) ?? []).some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  return containers.some(({ name = "" }) => reaches(name, name, new Set()));
}

function hasDuplicate(names: readonly (string | undefined)[]): boolean {
  return new Set(names).size < names.length;
}
