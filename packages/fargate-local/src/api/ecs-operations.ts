import type { Operation } from "./operation.ts";
import { capacityProviderOperations } from "./operations/capacity-providers.ts";
import { clusterOperations } from "./operations/clusters.ts";
import { tagOperations } from "./operations/tags.ts";
import { taskDefinitionOperations } from "./operations/task-definitions.ts";
import { taskOperations } from "./operations/tasks.ts";

/** The operations of the ECS API that are served, by name. */
export const ECS_OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...taskDefinitionOperations,
    ...taskOperations,
    ...clusterOperations,
    ...capacityProviderOperations,
    ...tagOperations,
  }),
);
