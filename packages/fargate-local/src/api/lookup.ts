import { parseTaskDefinitionName, shortName } from "../model/arn.ts";
import { type Cluster, DEFAULT_CLUSTER } from "../model/cluster.ts";
import { refusal, toError } from "../model/refusal.ts";
import type { DefinitionRecord, Store, TaskRecord } from "../store/store.ts";

/** The active cluster of a name or ARN, `default` without one. Throws `ClusterNotFoundException`. */
export function findCluster(store: Store, given: string | undefined): Cluster {
  const cluster = store.clusters.get(shortName(given ?? DEFAULT_CLUSTER));
  if (cluster === undefined)
    throw toError(refusal("ClusterNotFoundException", "Cluster not found."));
  if (cluster.status === "INACTIVE") {
    throw toError(refusal("ClusterNotFoundException", "The referenced cluster was inactive."));
  }
  return cluster;
}

/** A revision, or a family's newest active one; undefined where there is none. */
export function findDefinition(store: Store, given: string): DefinitionRecord | undefined {
  const { family, revision } = parseTaskDefinitionName(given);
  if (revision !== undefined) return store.definitions.get(`${family}:${revision}`);
  return revisionsOf(store, family)
    .filter(({ definition }) => definition.status === "ACTIVE")
    .at(-1);
}

/** All revisions of a family, the newest last. */
export function revisionsOf(store: Store, family: string): DefinitionRecord[] {
  return store.definitions
    .values()
    .filter(({ definition }) => definition.family === family)
    .sort((a, b) => a.definition.revision - b.definition.revision);
}

/** A task of a cluster by its id or ARN. */
export function findTask(store: Store, cluster: Cluster, given: string): TaskRecord | undefined {
  const record = store.tasks.get(shortName(given));
  return record?.cluster === cluster.name && record.lost !== true ? record : undefined;
}

/** All tasks of a cluster that the API knows. */
export function tasksOf(store: Store, cluster: Cluster): TaskRecord[] {
  return store.tasks
    .values()
    .filter((record) => record.cluster === cluster.name && record.lost !== true);
}
