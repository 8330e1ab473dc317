import type { ContainerRequest, ContainerSinks, ImageRequest } from "../drivers/driver.ts";
import { planMounts } from "../drivers/mounts.ts";
import { givenVariables } from "../model/container-plan.ts";
import { parseCpu, parseMemory } from "../model/fargate-sizes.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import type { ContainerSecrets } from "../secrets/resolve-secrets.ts";
import type { TaskRecord } from "../store/store.ts";
import type { DefinedContainer } from "./container-life.ts";

export interface RequestedContainer {
  readonly record: TaskRecord;
  readonly definition: TaskDefinition;
  readonly container: DefinedContainer;
  readonly secrets: ContainerSecrets | undefined;
  readonly metadataUri: string;
  readonly sinks: ContainerSinks;
}

/** What a driver needs to start a container. Throws `LAUNCH_FAILED` where a mount names what is not there. */
export function containerRequest(requested: RequestedContainer): ContainerRequest {
  const { record, definition, container, secrets, metadataUri, sinks } = requested;
  const { id, region, task } = record;
  const override = task.overrides.containerOverrides?.find(({ name }) => name === container.name);
  return {
    ...sinks,
    taskArn: task.taskArn,
    taskId: id,
    container,
    override,
    image: imageRequest(container, definition, secrets),
    variables: givenVariables(container, override, { region, metadataUri }, secrets?.variables),
    memoryMib: override?.memory ?? container.memory ?? parseMemory(task.memory),
    memoryReservationMib: override?.memoryReservation ?? container.memoryReservation,
    cpuUnits: override?.cpu ?? container.cpu,
    taskCpuUnits: parseCpu(task.cpu),
    mounts: planMounts(container, definition),
  };
}

/** A container's image. The platform is left to the machine where the definition does not ask for one. */
export function imageRequest(
  container: DefinedContainer,
  { runtimePlatform }: TaskDefinition,
  secrets: ContainerSecrets | undefined,
): ImageRequest {
  const architecture = runtimePlatform?.cpuArchitecture;
  const platform = architecture === "ARM64" ? "linux/arm64" : "linux/amd64";
  return {
    reference: container.image ?? "",
    ...(architecture === undefined ? {} : { platform }),
    ...(secrets?.credentials === undefined ? {} : { credentials: secrets.credentials }),
  };
}
