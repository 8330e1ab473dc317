import { join } from "node:path";
import { z } from "zod";
import { type Cluster, clusterSchema, DEFAULT_CLUSTER, defaultCluster } from "../model/cluster.ts";
import { tagsSchema } from "../model/tags.ts";
import { taskSchema } from "../model/task.ts";
import { taskDefinitionSchema } from "../model/task-definition.ts";
import { Collection } from "./collection.ts";

const definitionRecordSchema = z.object({ definition: taskDefinitionSchema, tags: tagsSchema });

const taskRecordSchema = z.object({
  id: z.string(),
  cluster: z.string(),
  region: z.string(),
  task: taskSchema,
  /** The driver that runs it, once that is decided. */
  driver: z.enum(["process", "docker"]).optional(),
  /** How the driver finds each started container again, by the container's name. */
  handles: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** A task that the API does not know any more, while its containers still end. */
  lost: z.boolean().optional(),
});

const clientTokenSchema = z.object({
  /** A hash of the request's parameters: the same token with others is a conflict. */
  fingerprint: z.string(),
  taskIds: z.array(z.string()),
  taskArns: z.array(z.string()),
  createdAt: z.number(),
});

export type DefinitionRecord = z.infer<typeof definitionRecordSchema>;
export type TaskRecord = z.infer<typeof taskRecordSchema>;
export type ClientTokenRecord = z.infer<typeof clientTokenSchema>;

/** All that outlives the process, in one folder. */
export interface Store {
  readonly clusters: Collection<Cluster>;
  /** By `family:revision`. */
  readonly definitions: Collection<DefinitionRecord>;
  /** By task id. */
  readonly tasks: Collection<TaskRecord>;
  readonly clientTokens: Collection<ClientTokenRecord>;
}

export async function openStore(directory: string): Promise<Store> {
  const [clusters, definitions, tasks, clientTokens] = await Promise.all([
    Collection.open(join(directory, "clusters"), clusterSchema),
    Collection.open(join(directory, "task-definitions"), definitionRecordSchema),
    Collection.open(join(directory, "tasks"), taskRecordSchema),
    Collection.open(join(directory, "client-tokens"), clientTokenSchema),
  ]);
  if (clusters.get(DEFAULT_CLUSTER) === undefined) {
    await clusters.put(DEFAULT_CLUSTER, defaultCluster());
  }
  return { clusters, definitions, tasks, clientTokens };
}

export async function flushStore(store: Store): Promise<void> {
  await Promise.all([
    store.clusters.flush(),
    store.definitions.flush(),
    store.tasks.flush(),
    store.clientTokens.flush(),
  ]);
}
