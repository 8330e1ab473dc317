import type { ContainerOverride, TaskOverride } from "@aws-sdk/client-ecs";

// What RunTask can override. All else of a definition is fixed when it is registered, the image and secrets first of all
// (aws/containers-roadmap 1269 and 196 ask for more). Complete by the compiler's word.

/** Fields of the task that `overrides` has. */
export const TASK_OVERRIDABLE: Readonly<
  Record<Exclude<keyof TaskOverride, "containerOverrides">, true>
> = {
  cpu: true,
  memory: true,
  taskRoleArn: true,
  executionRoleArn: true,
  ephemeralStorage: true,
  inferenceAcceleratorOverrides: true,
};

/** Fields of a container that `overrides.containerOverrides` has. */
export const CONTAINER_OVERRIDABLE: Readonly<
  Record<Exclude<keyof ContainerOverride, "name">, true>
> = {
  command: true,
  environment: true,
  environmentFiles: true,
  cpu: true,
  memory: true,
  memoryReservation: true,
  resourceRequirements: true,
};
