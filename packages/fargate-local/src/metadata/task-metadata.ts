import type { ContainerStats } from "../drivers/driver.ts";
import type { Task, TaskContainer } from "../model/task.ts";
import type { TaskDefinition } from "../model/task-definition.ts";

const CPU_UNITS = 1024;
const MIB = 1024 * 1024;

/** The answer of `${ECS_CONTAINER_METADATA_URI_V4}` for a container of a task. */
export function containerMetadata(
  task: Task,
  definition: TaskDefinition,
  container: TaskContainer,
): Record<string, unknown> {
  const { family, revision } = definition;
  const defined = definition.containerDefinitions.find(({ name }) => name === container.name);
  const log = defined?.logConfiguration;
  return {
    DockerId: container.runtimeId ?? "",
    Name: container.name,
    DockerName: container.name,
    Image: container.image,
    ImageID: container.imageDigest ?? "",
    Labels: {
      "com.amazonaws.ecs.cluster": task.clusterArn,
      "com.amazonaws.ecs.container-name": container.name,
      "com.amazonaws.ecs.task-arn": task.taskArn,
      "com.amazonaws.ecs.task-definition-family": family,
      "com.amazonaws.ecs.task-definition-version": String(revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: container.lastStatus,
    ...(container.exitCode === undefined ? {} : { ExitCode: container.exitCode }),
    Limits: {
      CPU: Number(container.cpu),
      ...(container.memory === undefined ? {} : { Memory: Number(container.memory) }),
    },
    CreatedAt: toIso(task.createdAt),
    ...(task.startedAt === undefined ? {} : { StartedAt: toIso(task.startedAt) }),
    Type: "NORMAL",
    ContainerARN: container.containerArn,
    ...(log?.logDriver === undefined ? {} : { LogDriver: log.logDriver, LogOptions: log.options }),
    Networks: [{ NetworkMode: "awsvpc", IPv4Addresses: ["127.0.0.1"] }],
  };
}

/** The answer of `${ECS_CONTAINER_METADATA_URI_V4}/task`. */
export function taskMetadata(task: Task, definition: TaskDefinition): Record<string, unknown> {
  const { pullStartedAt, pullStoppedAt } = task;
  return {
    Cluster: task.clusterArn,
    TaskARN: task.taskArn,
    Family: definition.family,
    Revision: String(definition.revision),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    Limits: { CPU: Number(task.cpu) / CPU_UNITS, Memory: Number(task.memory) },
    ...(pullStartedAt === undefined ? {} : { PullStartedAt: toIso(pullStartedAt) }),
    ...(pullStoppedAt === undefined ? {} : { PullStoppedAt: toIso(pullStoppedAt) }),
    AvailabilityZone: task.availabilityZone,
    LaunchType: "FARGATE",
    Containers: task.containers.map((one) => containerMetadata(task, definition, one)),
  };
}

/** The answer of `/taskWithTags`. */
export function taskWithTags(task: Task, definition: TaskDefinition): Record<string, unknown> {
  const tags = task.tags.map(({ key = "", value = "" }) => [key, value]);
  return { ...taskMetadata(task, definition), TaskTags: Object.fromEntries(tags) };
}

/** The parts of Docker's statistics that are known here. */
export function statsMetadata(
  task: Task,
  container: TaskContainer,
  stats: ContainerStats | undefined,
): Record<string, unknown> {
  if (stats === undefined) return {};
  return {
    id: container.runtimeId ?? "",
    name: container.name,
    read: stats.read,
    memory_stats: {
      usage: stats.memoryBytes,
      limit: Number(container.memory ?? task.memory) * MIB,
    },
    cpu_stats: { cpu_usage: { total_usage: stats.cpuNanoseconds } },
  };
}

function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
