import { z } from "zod";
import { strategySchema } from "./capacity-providers.ts";
import type { Cluster } from "./cluster.ts";
import { tagsSchema } from "./tags.ts";
import { environmentSchema, type TaskDefinition } from "./task-definition.ts";

const containerOverrideSchema = z.looseObject({
  name: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: environmentSchema.optional(),
  cpu: z.int().optional(),
  memory: z.int().optional(),
  memoryReservation: z.int().optional(),
});

export const overridesSchema = z.looseObject({
  containerOverrides: z.array(containerOverrideSchema).optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  ephemeralStorage: z.looseObject({ sizeInGiB: z.int().optional() }).optional(),
  executionRoleArn: z.string().optional(),
  taskRoleArn: z.string().optional(),
});

export const runTaskSchema = z.looseObject({
  cluster: z.string().optional(),
  taskDefinition: z.string().optional(),
  count: z.int().optional(),
  launchType: z.string().optional(),
  capacityProviderStrategy: strategySchema.optional(),
  networkConfiguration: z
    .looseObject({
      awsvpcConfiguration: z
        .looseObject({
          subnets: z.array(z.string()).optional(),
          securityGroups: z.array(z.string()).optional(),
          assignPublicIp: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
  overrides: overridesSchema.optional(),
  platformVersion: z.string().optional(),
  propagateTags: z.string().optional(),
  enableECSManagedTags: z.boolean().optional(),
  enableExecuteCommand: z.boolean().optional(),
  group: z.string().optional(),
  startedBy: z.string().optional(),
  clientToken: z.string().optional(),
  referenceId: z.string().optional(),
  tags: tagsSchema.optional(),
});

export type RunTask = z.infer<typeof runTaskSchema>;
export type ContainerOverride = z.infer<typeof containerOverrideSchema>;

/** What {@link checkRunTask} looks at: the input beside what it names. */
export interface RunTaskSubject {
  readonly input: RunTask;
  readonly definition: TaskDefinition;
  readonly cluster: Cluster;
}
