import type { RegisterTaskDefinitionCommandInput, RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { CONTAINER_DEFINITION } from "./container-shape.ts";
import { TASK_OVERRIDE } from "./override-shape.ts";
import type { FieldsOf } from "./shape.ts";
import { EPHEMERAL_STORAGE, KEY_VALUE_PAIR, TAG } from "./shared-shapes.ts";
import { TASK_VOLUME_CONFIGURATION, VOLUME } from "./volume-shapes.ts";

// The tables are complete by the compiler's word: a field that AWS adds breaks the build when the SDK is upgraded.

/** Every field of RegisterTaskDefinition. */
export const DEFINITION_FIELDS = {
  family: "string",
  taskRoleArn: "string",
  executionRoleArn: "string",
  networkMode: { oneOf: { awsvpc: true, bridge: true, host: true, none: true } },
  containerDefinitions: { list: CONTAINER_DEFINITION },
  volumes: { list: VOLUME },
  placementConstraints: {
    list: {
      fields: {
        type: { oneOf: { memberOf: true } },
        expression: "string",
      },
    },
  },
  requiresCompatibilities: {
    list: { oneOf: { EC2: true, EXTERNAL: true, FARGATE: true, MANAGED_INSTANCES: true } },
  },
  cpu: "string",
  memory: "string",
  tags: { list: TAG },
  pidMode: { oneOf: { host: true, task: true } },
  ipcMode: { oneOf: { host: true, none: true, task: true } },
  proxyConfiguration: {
    fields: {
      type: { oneOf: { APPMESH: true } },
      containerName: "string",
      properties: { list: KEY_VALUE_PAIR },
    },
  },
  inferenceAccelerators: {
    list: {
      fields: {
        deviceName: "string",
        deviceType: "string",
      },
    },
  },
  ephemeralStorage: EPHEMERAL_STORAGE,
  runtimePlatform: {
    fields: {
      cpuArchitecture: { oneOf: { ARM64: true, X86_64: true } },
      operatingSystemFamily: {
        oneOf: {
          LINUX: true,
          WINDOWS_SERVER_2004_CORE: true,
          WINDOWS_SERVER_2016_FULL: true,
          WINDOWS_SERVER_2019_CORE: true,
          WINDOWS_SERVER_2019_FULL: true,
          WINDOWS_SERVER_2022_CORE: true,
          WINDOWS_SERVER_2022_FULL: true,
          WINDOWS_SERVER_2025_CORE: true,
          WINDOWS_SERVER_2025_FULL: true,
          WINDOWS_SERVER_20H2_CORE: true,
        },
      },
    },
  },
  enableFaultInjection: "boolean",
} as const satisfies FieldsOf<RegisterTaskDefinitionCommandInput>;

/** Every field of RunTask. */
export const RUN_FIELDS = {
  capacityProviderStrategy: {
    list: {
      fields: {
        capacityProvider: "string",
        weight: "number",
        base: "number",
      },
    },
  },
  cluster: "string",
  count: "number",
  enableECSManagedTags: "boolean",
  enableExecuteCommand: "boolean",
  group: "string",
  launchType: { oneOf: { EC2: true, EXTERNAL: true, FARGATE: true, MANAGED_INSTANCES: true } },
  networkConfiguration: {
    fields: {
      awsvpcConfiguration: {
        fields: {
          subnets: { list: "string" },
          securityGroups: { list: "string" },
          assignPublicIp: { oneOf: { DISABLED: true, ENABLED: true } },
        },
      },
    },
  },
  overrides: TASK_OVERRIDE,
  placementConstraints: {
    list: {
      fields: {
        type: { oneOf: { distinctInstance: true, memberOf: true } },
        expression: "string",
      },
    },
  },
  placementStrategy: {
    list: {
      fields: {
        type: { oneOf: { binpack: true, random: true, spread: true } },
        field: "string",
      },
    },
  },
  platformVersion: "string",
  propagateTags: { oneOf: { NONE: true, SERVICE: true, TASK_DEFINITION: true } },
  referenceId: "string",
  startedBy: "string",
  tags: { list: TAG },
  taskDefinition: "string",
  clientToken: "string",
  volumeConfigurations: { list: TASK_VOLUME_CONFIGURATION },
} as const satisfies FieldsOf<RunTaskCommandInput>;
