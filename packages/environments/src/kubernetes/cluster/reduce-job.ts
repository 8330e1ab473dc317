import type { V1Job, V1JobCondition } from "@kubernetes/client-node";
import type { SeenJob, Wire } from "../sight.ts";
import { defined } from "./defined.ts";

/** What Slipway reads of a Job; undefined where the object has no identity. */
export function reduceJob({ metadata = {}, spec, status = {} }: Wire<V1Job>): SeenJob | undefined {
  const { uid, name, creationTimestamp, deletionTimestamp } = metadata;
  if (uid === undefined || name === undefined) return undefined;
  return {
    uid,
    name,
    creationTimestamp: creationTimestamp ?? "",
    labels: metadata.labels ?? {},
    // What the API server fills in where nothing is given.
    backoffLimit: spec?.backoffLimit ?? 6,
    suspend: spec?.suspend ?? false,
    active: status.active ?? 0,
    failed: status.failed ?? 0,
    succeeded: status.succeeded ?? 0,
    conditions: (status.conditions ?? []).map(reduceCondition),
    ...defined({
      deletionTimestamp,
      startTime: status.startTime,
      completionTime: status.completionTime,
    }),
  };
}

function reduceCondition({
  type,
  status,
  reason,
  message,
  lastTransitionTime,
}: Wire<V1JobCondition>): Wire<V1JobCondition> {
  return { type, status, ...defined({ reason, message, lastTransitionTime }) };
}
