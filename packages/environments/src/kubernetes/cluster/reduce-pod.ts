import type {
  V1Container,
  V1ContainerState,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1ObjectMeta,
  V1Pod,
  V1PodCondition,
} from "@kubernetes/client-node";
import type { SeenContainer, SeenPod, Wire } from "../sight.ts";
import { defined } from "./defined.ts";

/** What Slipway reads of a pod; undefined where the object has no identity or belongs to no Job. */
export function reducePod({ metadata = {}, spec, status = {} }: Wire<V1Pod>): SeenPod | undefined {
  const { uid, name, creationTimestamp = "" } = metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  const ownerUid = ownerOf(metadata);
  if (uid === undefined || name === undefined || ownerUid === undefined) return undefined;
  const { containerStatuses, initContainerStatuses } = status;
  return {
    uid,
    name,
    ownerUid,
    creationTimestamp,
    restartPolicy: spec?.restartPolicy ?? "Always",
    phase: status.phase ?? "Pending",
    conditions: (status.conditions ?? []).map(reduceCondition),
    containers: reduceContainers(spec?.containers, containerStatuses),
    initContainers: reduceContainers(spec?.initContainers, initContainerStatuses),
    ...defined({
      deletionTimestamp,
      deletionGracePeriodSeconds,
      nodeName: spec?.nodeName,
      reason: status.reason,
      message: status.message,
      startTime: status.startTime,
    }),
  };
}

/** The controller's uid stands in a label, too, which stays when the reference is taken away. */
function ownerOf({ ownerReferences = [], labels = {} }: Wire<V1ObjectMeta>): string | undefined {
  const owner = ownerReferences.find(({ kind, controller }) => kind === "Job" && controller);
  return owner?.uid ?? labels["batch.kubernetes.io/controller-uid"];
}

function reduceContainers(
  containers: readonly Wire<V1Container>[] = [],
  statuses: readonly Wire<V1ContainerStatus>[] = [],
): readonly SeenContainer[] {
  return containers.map(({ name, restartPolicy, resources }) => {
    const status = statuses.find((one) => one.name === name);
    return {
      name,
      ready: status?.ready ?? false,
      restartCount: status?.restartCount ?? 0,
      state: reduceState(status?.state),
      lastState: reduceState(status?.lastState),
      ...defined({ restartPolicy, memoryLimit: resources?.limits?.["memory"] }),
    };
  });
}

function reduceState({
  waiting,
  running,
  terminated,
}: Wire<V1ContainerState> = {}): Wire<V1ContainerState> {
  return defined({
    waiting: waiting && defined({ reason: waiting.reason, message: waiting.message }),
    running: running && defined({ startedAt: running.startedAt }),
    terminated: terminated && reduceTerminated(terminated),
  });
}

function reduceTerminated({
  exitCode,
  reason,
  message,
  signal,
  startedAt,
  finishedAt,
}: Wire<V1ContainerStateTerminated>): Wire<V1ContainerStateTerminated> {
  return { exitCode, ...defined({ reason, message, signal, startedAt, finishedAt }) };
}

function reduceCondition({
  type,
  status,
  reason,
  message,
  lastTransitionTime,
}: Wire<V1PodCondition>): Wire<V1PodCondition> {
  return { type, status, ...defined({ reason, message, lastTransitionTime }) };
}
