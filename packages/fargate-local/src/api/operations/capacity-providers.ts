import { z } from "zod";
import { capacityProviderArn, shortName } from "../../model/arn.ts";
import {
  checkProviders,
  checkStrategy,
  FARGATE_PROVIDERS,
  strategySchema,
} from "../../model/capacity-providers.ts";
import { describeCluster } from "../../model/cluster.ts";
import { assertAccepted, refusal, toError } from "../../model/refusal.ts";
import { findCluster } from "../lookup.ts";
import { defineOperation, type Operation } from "../operation.ts";
import { pageFields, pageOf } from "../pagination.ts";
import { countsOf } from "./clusters.ts";

const describeCapacityProviders = defineOperation(
  z.looseObject({ capacityProviders: z.array(z.string()).optional(), ...pageFields }),
  async (input, { region }) => {
    const given = input.capacityProviders?.map(shortName) ?? FARGATE_PROVIDERS;
    const { items, ...rest } = pageOf(
      given.filter((name) => FARGATE_PROVIDERS.includes(name)),
      input,
    );
    return {
      capacityProviders: items.map((name) => describeProvider(name, region)),
      failures: given
        .filter((name) => !FARGATE_PROVIDERS.includes(name))
        .map((name) => ({ arn: capacityProviderArn(region, name), reason: "MISSING" })),
      ...rest,
    };
  },
);

/** Replaces both lists of a cluster; AWS asks for both. */
const putClusterCapacityProviders = defineOperation(
  z.looseObject({
    cluster: z.string().optional(),
    capacityProviders: z.array(z.string()).optional(),
    defaultCapacityProviderStrategy: strategySchema.optional(),
  }),
  async (input, { store, region }) => {
    const { capacityProviders, defaultCapacityProviderStrategy: strategy } = input;
    if (capacityProviders === undefined || strategy === undefined) {
      throw toError(
        refusal(
          "InvalidParameterException",
          "capacityProviders and defaultCapacityProviderStrategy must both be specified.",
        ),
      );
    }
    const known = findCluster(store, input.cluster);
    assertAccepted(checkProviders(capacityProviders) ?? checkStrategy(strategy, capacityProviders));
    const cluster = { ...known, capacityProviders, defaultCapacityProviderStrategy: strategy };
    await store.clusters.put(cluster.name, cluster);
    return { cluster: describeCluster(cluster, region, countsOf(store, cluster), ["TAGS"]) };
  },
);

function describeProvider(name: string, region: string): Record<string, unknown> {
  return {
    capacityProviderArn: capacityProviderArn(region, name),
    name,
    status: "ACTIVE",
    tags: [],
  };
}

export const capacityProviderOperations: Readonly<Record<string, Operation>> = {
  DescribeCapacityProviders: describeCapacityProviders,
  PutClusterCapacityProviders: putClusterCapacityProviders,
};
