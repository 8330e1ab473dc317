import { z } from "zod";
import { clusterArn } from "./arn.ts";
import { FARGATE_PROVIDERS, strategySchema } from "./capacity-providers.ts";
import { tagsSchema } from "./tags.ts";

export const createClusterSchema = z.looseObject({
  clusterName: z.string().optional(),
  capacityProviders: z.array(z.string()).optional(),
  defaultCapacityProviderStrategy: strategySchema.optional(),
  tags: tagsSchema.optional(),
});

export const clusterSchema = z.object({
  name: z.string(),
  status: z.enum(["ACTIVE", "INACTIVE"]),
  capacityProviders: z.array(z.string()),
  defaultCapacityProviderStrategy: strategySchema,
  tags: tagsSchema,
  /** What else CreateCluster was given, for the echo of DescribeClusters. */
  fields: z.record(z.string(), z.unknown()),
});

export type Cluster = z.infer<typeof clusterSchema>;

export const DEFAULT_CLUSTER = "default";

/** The cluster `default`, with Fargate's providers as the console associates them. */
export function defaultCluster(): Cluster {
  return {
    name: DEFAULT_CLUSTER,
    status: "ACTIVE",
    capacityProviders: [...FARGATE_PROVIDERS],
    defaultCapacityProviderStrategy: [],
    tags: [],
    fields: {},
  };
}

export interface TaskCounts {
  readonly running: number;
  readonly pending: number;
}

/** A cluster in the shape that DescribeClusters answers. */
export function describeCluster(
  cluster: Cluster,
  region: string,
  counts: TaskCounts,
  include: readonly string[],
): Record<string, unknown> {
  return {
    settings: [],
    ...cluster.fields,
    clusterArn: clusterArn(region, cluster.name),
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: counts.running,
    pendingTasksCount: counts.pending,
    activeServicesCount: 0,
    statistics: [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
    tags: include.includes("TAGS") ? cluster.tags : [],
  };
}
