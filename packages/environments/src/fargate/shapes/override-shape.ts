import type { TaskOverride } from "@aws-sdk/client-ecs";
import type { ShapeOf } from "./shape.ts";
import {
  ENVIRONMENT_FILE,
  EPHEMERAL_STORAGE,
  KEY_VALUE_PAIR,
  RESOURCE_REQUIREMENT,
} from "./shared-shapes.ts";

export const TASK_OVERRIDE = {
  fields: {
    containerOverrides: {
      list: {
        fields: {
          name: "string",
          command: { list: "string" },
          environment: { list: KEY_VALUE_PAIR },
          environmentFiles: { list: ENVIRONMENT_FILE },
          cpu: "number",
          memory: "number",
          memoryReservation: "number",
          resourceRequirements: { list: RESOURCE_REQUIREMENT },
        },
      },
    },
    cpu: "string",
    inferenceAcceleratorOverrides: {
      list: {
        fields: {
          deviceName: "string",
          deviceType: "string",
        },
      },
    },
    executionRoleArn: "string",
    memory: "string",
    taskRoleArn: "string",
    ephemeralStorage: EPHEMERAL_STORAGE,
  },
} as const satisfies ShapeOf<TaskOverride>;
