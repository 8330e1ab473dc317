import { z } from "zod";
import { roleArn, taskDefinitionArn } from "./arn.ts";
import {
  healthCheckSchema,
  linuxParametersSchema,
  mountPointsSchema,
  ulimitsSchema,
  volumesFromSchema,
  volumesSchema,
} from "./container-fields.ts";
import { parseCpu, parseMemory } from "./fargate-sizes.ts";
import { tagsSchema } from "./tags.ts";

export const environmentSchema = z.array(
  z.looseObject({ name: z.string().optional(), value: z.string().optional() }),
);

const portMappingSchema = z.looseObject({
  containerPort: z.int().optional(),
  hostPort: z.int().optional(),
  protocol: z.string().optional(),
});

const logConfigurationSchema = z.looseObject({
  logDriver: z.string().optional(),
  options: z.record(z.string(), z.string()).optional(),
  secretOptions: z
    .array(z.looseObject({ name: z.string().optional(), valueFrom: z.string().optional() }))
    .optional(),
});

/** A container as its author gave it. Fields that are not named here are kept as they are. */
const containerDefinitionSchema = z.looseObject({
  name: z.string().optional(),
  image: z.string().optional(),
  essential: z.boolean().optional(),
  cpu: z.int().optional(),
  memory: z.int().optional(),
  memoryReservation: z.int().optional(),
  command: z.array(z.string()).optional(),
  entryPoint: z.array(z.string()).optional(),
  environment: environmentSchema.optional(),
  workingDirectory: z.string().optional(),
  portMappings: z.array(portMappingSchema).optional(),
  secrets: z.array(z.looseObject({ name: z.string(), valueFrom: z.string() })).optional(),
  logConfiguration: logConfigurationSchema.optional(),
  repositoryCredentials: z.looseObject({ credentialsParameter: z.string().optional() }).optional(),
  dependsOn: z
    .array(z.looseObject({ containerName: z.string(), condition: z.string() }))
    .optional(),
  stopTimeout: z.int().optional(),
  startTimeout: z.int().optional(),
  privileged: z.boolean().optional(),
  links: z.array(z.string()).optional(),
  user: z.string().optional(),
  readonlyRootFilesystem: z.boolean().optional(),
  dockerLabels: z.record(z.string(), z.string()).optional(),
  linuxParameters: linuxParametersSchema.optional(),
  healthCheck: healthCheckSchema.optional(),
  mountPoints: mountPointsSchema.optional(),
  volumesFrom: volumesFromSchema.optional(),
  ulimits: ulimitsSchema.optional(),
  interactive: z.boolean().optional(),
  pseudoTerminal: z.boolean().optional(),
});

export const registerTaskDefinitionSchema = z.looseObject({
  family: z.string().optional(),
  containerDefinitions: z.array(containerDefinitionSchema).optional(),
  requiresCompatibilities: z.array(z.string()).optional(),
  networkMode: z.string().optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  executionRoleArn: z.string().optional(),
  taskRoleArn: z.string().optional(),
  ephemeralStorage: z.looseObject({ sizeInGiB: z.int().optional() }).optional(),
  volumes: volumesSchema.optional(),
  placementConstraints: z.array(z.looseObject({})).optional(),
  ipcMode: z.string().optional(),
  pidMode: z.string().optional(),
  runtimePlatform: z
    .looseObject({
      cpuArchitecture: z.string().optional(),
      operatingSystemFamily: z.string().optional(),
    })
    .optional(),
  tags: tagsSchema.optional(),
});

export type ContainerDefinition = z.infer<typeof containerDefinitionSchema>;
export type RegisterTaskDefinition = z.infer<typeof registerTaskDefinitionSchema>;

/** A registered revision, in the shape that DescribeTaskDefinition answers. */
export const taskDefinitionSchema = registerTaskDefinitionSchema.extend({
  taskDefinitionArn: z.string(),
  family: z.string(),
  revision: z.int(),
  status: z.enum(["ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"]),
  containerDefinitions: z.array(containerDefinitionSchema.extend({ name: z.string() })),
  compatibilities: z.array(z.string()),
  registeredAt: z.number(),
  deregisteredAt: z.number().optional(),
  deleteRequestedAt: z.number().optional(),
});

export type TaskDefinition = z.infer<typeof taskDefinitionSchema>;

export interface Registration {
  readonly region: string;
  readonly revision: number;
  readonly compatibilities: readonly string[];
  readonly registeredAt: number;
}

/** The revision that an accepted input becomes, with the defaults that ECS fills in. */
export function toTaskDefinition(
  input: RegisterTaskDefinition,
  registration: Registration,
): TaskDefinition {
  const { tags: _tags, ...fields } = input;
  const family = input.family ?? "";
  const { region, revision, registeredAt } = registration;
  return {
    volumes: [],
    placementConstraints: [],
    requiresAttributes: [],
    ...fields,
    ...roles(input),
    ...amounts(input),
    family,
    taskDefinitionArn: taskDefinitionArn(region, family, revision),
    revision,
    status: "ACTIVE",
    containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
      withDefaults(container, input.networkMode),
    ),
    compatibilities: [...registration.compatibilities],
    registeredAt,
    registeredBy: roleArn("local"),
  };
}

function withDefaults(container: ContainerDefinition, networkMode: string | undefined) {
  const portMappings = (container.portMappings ?? []).map((mapping) => ({
    ...(networkMode === "awsvpc" && mapping.containerPort !== undefined
      ? { hostPort: mapping.containerPort }
      : {}),
    protocol: "tcp",
    ...mapping,
  }));
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings,
    name: container.name ?? "",
  };
}

function roles(input: RegisterTaskDefinition) {
  const { executionRoleArn, taskRoleArn } = input;
  return {
    ...(executionRoleArn === undefined ? {} : { executionRoleArn: roleArn(executionRoleArn) }),
    ...(taskRoleArn === undefined ? {} : { taskRoleArn: roleArn(taskRoleArn) }),
  };
}

/** `1 vCPU` and `2 GB` are stored as `1024` and `2048`. */
function amounts(input: RegisterTaskDefinition) {
  const { cpu, memory } = input;
  return {
    ...(cpu === undefined ? {} : { cpu: String(parseCpu(cpu) ?? cpu) }),
    ...(memory === undefined ? {} : { memory: String(parseMemory(memory) ?? memory) }),
  };
}
