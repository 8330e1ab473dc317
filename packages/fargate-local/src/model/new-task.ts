import { clusterArn, containerArn, taskArn } from "./arn.ts";
import { parseCpu, parseMemory } from "./fargate-sizes.ts";
import { newInterface } from "./network-interface.ts";
import {
  type ContainerOverride,
  type RunTask,
  type RunTaskSubject,
  runTaskSchema,
} from "./run-task.ts";
import { mergeTags, type Tag } from "./tags.ts";
import type { Task, TaskContainer } from "./task.ts";
import type { TaskDefinition } from "./task-definition.ts";

export interface NewTask {
  readonly id: string;
  readonly region: string;
  readonly at: number;
  /** The capacity provider that the strategy chose; undefined for a launch type. */
  readonly provider: string | undefined;
  readonly definitionTags: readonly Tag[];
  /** One id for each container and for the attachment; given, so that this stays pure. */
  readonly newId: () => string;
}

/** The task that an accepted RunTask begins with. */
export function newTask(subject: RunTaskSubject, context: NewTask): Task {
  const { input, definition, cluster } = subject;
  const { region, id, at, provider } = context;
  const arn = taskArn(region, cluster.name, id);
  const [subnet = ""] = input.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  const overrides = {
    containerOverrides: [],
    inferenceAcceleratorOverrides: [],
    ...input.overrides,
  };
  return {
    ...unknownFields(input),
    taskArn: arn,
    clusterArn: clusterArn(region, cluster.name),
    taskDefinitionArn: definition.taskDefinitionArn,
    group: input.group ?? `family:${definition.family}`,
    ...(input.startedBy === undefined ? {} : { startedBy: input.startedBy }),
    launchType: "FARGATE",
    ...(provider === undefined ? {} : { capacityProviderName: provider }),
    platformVersion: "1.4.0",
    platformFamily: "Linux",
    cpu: String(parseCpu(overrides.cpu ?? definition.cpu ?? "") ?? ""),
    memory: String(parseMemory(overrides.memory ?? definition.memory ?? "") ?? ""),
    ephemeralStorage: overrides.ephemeralStorage ??
      definition.ephemeralStorage ?? { sizeInGiB: 20 },
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    overrides,
    containers: definition.containerDefinitions.map((container) => {
      const override = overrides.containerOverrides?.find(({ name }) => name === container.name);
      return newContainer(arn, container, override, context);
    }),
    attachments: [newInterface(context.newId(), subnet)],
    attributes: [{ name: "ecs.cpu-architecture", value: architecture(definition) }],
    availabilityZone: `${region}a`,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    healthStatus: "UNKNOWN",
    version: 1,
    createdAt: at,
    tags: tagsOf(subject, context.definitionTags),
  };
}

/** What AWS has added to RunTask since this was written comes back as it was given. */
function unknownFields(input: RunTask): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).filter(([name]) => !Object.hasOwn(runTaskSchema.shape, name)),
  );
}

function newContainer(
  arn: string,
  container: TaskDefinition["containerDefinitions"][number],
  override: ContainerOverride | undefined,
  { region, newId }: NewTask,
): TaskContainer {
  const memory = override?.memory ?? container.memory;
  const memoryReservation = override?.memoryReservation ?? container.memoryReservation;
  const [cluster = "", task = ""] = arn.slice(arn.indexOf("/") + 1).split("/");
  return {
    containerArn: containerArn(region, cluster, task, newId()),
    taskArn: arn,
    name: container.name,
    image: container.image ?? "",
    lastStatus: "PENDING",
    healthStatus: "UNKNOWN",
    networkInterfaces: [],
    cpu: String(override?.cpu ?? container.cpu ?? 0),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    ...(memoryReservation === undefined ? {} : { memoryReservation: String(memoryReservation) }),
  };
}

function architecture(definition: TaskDefinition): string {
  return definition.runtimePlatform?.cpuArchitecture === "ARM64" ? "arm64" : "x86_64";
}

export function tagsOf({ input, cluster }: RunTaskSubject, definitionTags: readonly Tag[]): Tag[] {
  const propagated = input.propagateTags === "TASK_DEFINITION" ? definitionTags : [];
  const managed = input.enableECSManagedTags
    ? [{ key: "aws:ecs:clusterName", value: cluster.name }]
    : [];
  return mergeTags(mergeTags(propagated, input.tags ?? []), managed);
}
