import { type DefinitionRule, eachContainer, when } from "./definition-rule.ts";
import { isFargateSize, parseCpu, parseMemory } from "./fargate-sizes.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { ContainerDefinition, RegisterTaskDefinition } from "./task-definition.ts";

const ECR = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/;
const FARGATE_LOG_DRIVERS = ["awslogs", "splunk", "awsfirelens"];
const FARGATE_ARCHITECTURES = ["X86_64", "ARM64"];
const FARGATE_SYSTEMS = /^(LINUX|WINDOWS_SERVER_(2019|2022|2025)_(FULL|CORE))$/;
const MAX_FARGATE_STOP_TIMEOUT = 120;
/** The fields of `linuxParameters` that need a machine of one's own. */
const FOREIGN_PARAMETERS = ["devices", "maxSwap", "sharedMemorySize", "swappiness"];
const ALLOWED_CAPABILITY = "SYS_PTRACE";
/** Fields of a container that awsvpc rules out. */
const NOT_IN_AWSVPC: Readonly<Record<string, string>> = {
  hostname: "hostname is",
  extraHosts: "Extra hosts are",
  dnsServers: "DNS servers are",
  dnsSearchDomains: "DNS search domains are",
  disableNetworking: "Disable Networking is",
};

/** What Fargate asks on top. A definition that passes these is compatible with Fargate. */
export const FARGATE_RULES: readonly DefinitionRule[] = [
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
  when(
    (input) => isGiven(input["inferenceAccelerators"]),
    "Unsupported field 'inferenceAccelerators'",
  ),
  when(
    ({ volumes = [] }) => volumes.some((one) => one["fsxWindowsFileServerVolumeConfiguration"]),
    unsupported("fsxWindowsFileServerVolumeConfiguration"),
  ),
  eachContainer([
    foreignFields,
    capabilities,
    gpus,
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
    ({ name, logConfiguration, repositoryCredentials }, { executionRoleArn }) =>
      !executionRoleArn && (logConfiguration?.secretOptions?.length || repositoryCredentials)
        ? `Fargate requires task definition to have execution role ARN to support the secrets of container '${name}'.`
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

function foreignFields(container: ContainerDefinition): string | undefined {
  const field = Object.keys(NOT_IN_AWSVPC).find((name) => isGiven(container[name]));
  if (field !== undefined) {
    return `${NOT_IN_AWSVPC[field]} not supported on container when networkMode=awsvpc`;
  }
  const parameters = container.linuxParameters ?? {};
  const parameter = FOREIGN_PARAMETERS.find((name) => isGiven(Reflect.get(parameters, name)));
  if (parameter !== undefined) return unsupported(parameter);
  return isGiven(container["dockerSecurityOptions"])
    ? unsupported("dockerSecurityOptions")
    : undefined;
}

function capabilities({ linuxParameters }: ContainerDefinition): string | undefined {
  const foreign = linuxParameters?.capabilities?.add?.find((name) => name !== ALLOWED_CAPABILITY);
  return foreign === undefined ? undefined : `${foreign} is not allowed on Fargate.`;
}

function gpus(container: ContainerDefinition): string | undefined {
  return isGiven(container["resourceRequirements"])
    ? "Tasks using the Fargate launch type do not support GPU resource requirements."
    : undefined;
}

function unsupported(field: string): string {
  return `Fargate compatible task definitions do not support ${field}`;
}

/** AWS sends and takes empty lists for what is absent. */
function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}
