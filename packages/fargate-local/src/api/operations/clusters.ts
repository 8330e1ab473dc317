import { z } from "zod";
import { clusterArn, shortName } from "../../model/arn.ts";
import { checkProviders, checkStrategy } from "../../model/capacity-providers.ts";
import {
  type Cluster,
  createClusterSchema,
  DEFAULT_CLUSTER,
  describeCluster,
} from "../../model/cluster.ts";
import { assertAccepted, refusal, toError } from "../../model/refusal.ts";
import { checkTags } from "../../model/tags.ts";
import type { Store } from "../../store/store.ts";
import { findCluster, tasksOf } from "../lookup.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { pageFields, pageOf } from "../pagination.ts";

const NAME = /^[A-Za-z0-9_-]{1,255}$/;

const createCluster = defineOperation(createClusterSchema, async (input, { store, region }) => {
  const { clusterName: name = DEFAULT_CLUSTER, capacityProviders = [], ...rest } = input;
  const { defaultCapacityProviderStrategy = [], tags = [], ...fields } = rest;
  if (!NAME.test(name)) {
    throw toError(
      refusal("InvalidParameterException", "Cluster name contains invalid characters."),
    );
  }
  assertAccepted(
    checkProviders(capacityProviders) ??
      checkStrategy(defaultCapacityProviderStrategy, capacityProviders) ??
      checkTags(tags),
  );
  const known = store.clusters.get(name);
  const cluster: Cluster =
    known?.status === "ACTIVE"
      ? known
      : {
          name,
          status: "ACTIVE",
          capacityProviders,
          defaultCapacityProviderStrategy,
          tags,
          fields,
        };
  await store.clusters.put(name, cluster);
  return { cluster: describeCluster(cluster, region, countsOf(store, cluster), ["TAGS"]) };
});

const describeClusters = defineOperation(
  z.looseObject({
    clusters: z.array(z.string()).optional(),
    include: z.array(z.string()).optional(),
  }),
  async (input, { store, region }) => {
    const names = input.clusters?.length ? input.clusters : [DEFAULT_CLUSTER];
    const found = names.map((name) => ({ name, cluster: store.clusters.get(shortName(name)) }));
    return {
      clusters: found.flatMap(({ cluster }) =>
        cluster === undefined
          ? []
          : [describeCluster(cluster, region, countsOf(store, cluster), input.include ?? [])],
      ),
      failures: found
        .filter(({ cluster }) => cluster === undefined)
        .map(({ name }) => ({ arn: clusterArn(region, shortName(name)), reason: "MISSING" })),
    };
  },
);

const listClusters = defineOperation(z.looseObject(pageFields), async (input, context) => {
  const active = context.store.clusters.values().filter(({ status }) => status === "ACTIVE");
  const { items, ...rest } = pageOf(
    active.map(({ name }) => name),
    input,
  );
  return { clusterArns: items.map((name) => clusterArn(context.region, name)), ...rest };
});

const deleteCluster = defineOperation(
  z.looseObject({ cluster: z.string().optional() }),
  async (input, { store, region }) => {
    const cluster = findCluster(store, input.cluster);
    const { running, pending } = countsOf(store, cluster);
    if (running + pending > 0) {
      throw toError(
        refusal(
          "ClusterContainsTasksException",
          "The Cluster cannot be deleted while Tasks are active.",
        ),
      );
    }
    const deleted = { ...cluster, status: "INACTIVE" as const };
    await store.clusters.put(cluster.name, deleted);
    return { cluster: describeCluster(deleted, region, { running, pending }, ["TAGS"]) };
  },
);

export function countsOf(store: Store, cluster: Cluster) {
  const live = tasksOf(store, cluster).filter(({ task }) => task.lastStatus !== "STOPPED");
  const pending = live.filter(({ task }) =>
    ["PROVISIONING", "PENDING", "ACTIVATING"].includes(task.lastStatus),
  );
  return { running: live.length - pending.length, pending: pending.length };
}

export const clusterOperations: Readonly<Record<string, Operation>> = {
  CreateCluster: createCluster,
  DescribeClusters: describeClusters,
  ListClusters: listClusters,
  DeleteCluster: deleteCluster,
};
