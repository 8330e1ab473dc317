import { type ContainerRule, hasDuplicate } from "./definition-rule.ts";
import type { ContainerDefinition, RegisterTaskDefinition } from "./task-definition.ts";

const MAX_PORT = 65_535;
const CONDITIONS = ["START", "COMPLETE", "SUCCESS", "HEALTHY"];
const MAX_ENVIRONMENT_FILES = 10;

/** The fields of a health check with what they may be, in seconds and counts. */
const HEALTH_CHECK = {
  interval: [5, 300],
  timeout: [2, 60],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const;

const ULIMITS = [
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "memlock",
  "msgqueue",
  "nice",
  "nofile",
  "nproc",
  "rss",
  "rtprio",
  "rttime",
  "sigpending",
  "stack",
];

/** What ECS asks of the parts of a container, whatever runs it. */
export const CONTAINER_RULES: readonly ContainerRule[] = [
  environmentNames,
  ports,
  portsMatch,
  dependenciesExist,
  awslogsOptions,
  healthCheck,
  ulimits,
  mounts,
  volumesFrom,
  ({ startTimeout }) =>
    startTimeout !== undefined && startTimeout < 2
      ? "Container.startTimeout must be at least 2 seconds."
      : undefined,
  ({ environmentFiles }) =>
    Array.isArray(environmentFiles) && environmentFiles.length > MAX_ENVIRONMENT_FILES
      ? "The maximum number of environment files was exceeded. Specify ten or less and try again."
      : undefined,
];

function environmentNames({ environment = [], secrets = [] }: ContainerDefinition) {
  if (environment.some(({ name }) => !name)) {
    return "Container.environment.name should not be null or empty.";
  }
  const names = new Set(environment.map(({ name }) => name));
  const both = secrets.find(({ name }) => names.has(name));
  if (both !== undefined) {
    return `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${both.name}'.`;
  }
  return hasDuplicate(secrets.map(({ name }) => name))
    ? "The secret name must be unique within a container."
    : undefined;
}

function ports({ portMappings = [] }: ContainerDefinition): string | undefined {
  const given = portMappings.flatMap(({ containerPort, hostPort }) => [containerPort, hostPort]);
  const wrong = given.find((port) => port !== undefined && (port < 0 || port > MAX_PORT));
  if (wrong !== undefined)
    return `Invalid port: ${wrong}. Ports must be between 0 and ${MAX_PORT}.`;
  const used = portMappings.map(
    ({ containerPort, protocol }) => `${containerPort}/${protocol ?? "tcp"}`,
  );
  return hasDuplicate(used) ? "container port is used multiple times in task" : undefined;
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
    if (!CONDITIONS.includes(condition)) {
      return `Invalid dependency condition '${condition}'. Valid values are [${CONDITIONS.join(", ")}].`;
    }
    if (condition === "HEALTHY" && target.healthCheck === undefined) {
      return "A dependency container with HEALTHY condition must have health check configured";
    }
    if (/^(SUCCESS|COMPLETE)$/.test(condition) && target.essential !== false) {
      return "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container";
    }
  }
  return undefined;
}

function healthCheck({ name, healthCheck: check }: ContainerDefinition): string | undefined {
  if (check === undefined) return undefined;
  if (check.command.length === 0) {
    return `Invalid 'healthCheck' setting for container '${name}'. 'command' must not be empty.`;
  }
  for (const [field, [from, to]] of Object.entries(HEALTH_CHECK)) {
    const value = check[field];
    if (typeof value !== "number" || (value >= from && value <= to)) continue;
    return `Invalid 'healthCheck' setting for container '${name}'. '${field}' must be between ${from} and ${to}.`;
  }
  return undefined;
}

function ulimits({ ulimits: given = [] }: ContainerDefinition): string | undefined {
  const unknown = given.find(({ name }) => !ULIMITS.includes(name));
  if (unknown !== undefined) return `Invalid ulimit name: ${unknown.name}`;
  const wrong = given.find(({ softLimit, hardLimit }) => softLimit > hardLimit);
  return wrong && `Soft limit exceeds hard limit for ulimit ${wrong.name}`;
}

function mounts(
  { mountPoints = [] }: ContainerDefinition,
  { volumes = [] }: RegisterTaskDefinition,
): string | undefined {
  if (mountPoints.some(({ containerPath }) => !containerPath)) {
    return "Invalid mount point. containerPath should not be null or empty.";
  }
  const known = new Set(volumes.map(({ name }) => name));
  const unknown = mountPoints.find(({ sourceVolume }) => !known.has(sourceVolume));
  if (unknown !== undefined) return `Unknown volume '${unknown.sourceVolume ?? ""}'.`;
  return hasDuplicate(mountPoints.map(({ containerPath }) => containerPath))
    ? "Container mount points must have unique container paths."
    : undefined;
}

function volumesFrom(
  { name, volumesFrom: sources = [] }: ContainerDefinition,
  { containerDefinitions = [] }: RegisterTaskDefinition,
): string | undefined {
  const known = new Set(containerDefinitions.map((one) => one.name));
  const unknown = sources.find(
    ({ sourceContainer }) => sourceContainer === name || !known.has(sourceContainer),
  );
  return (
    unknown &&
    `Invalid 'volumesFrom' setting. Unknown container: '${unknown.sourceContainer ?? ""}'`
  );
}
