import type { V1ContainerState, V1JobCondition, V1PodCondition } from "@kubernetes/client-node";

/** Dates as the API writes them: ISO 8601. Objects are read from JSON, not through the client's classes. */
export type Wire<T> = T extends Date
  ? string
  : T extends object
    ? { readonly [Key in keyof T]: Wire<T[Key]> }
    : T;

/** What the cluster says of one launch, reduced to what Slipway reads. The API's own names throughout. */
export interface JobSight {
  /** Undefined where it is gone. */
  readonly job: SeenJob | undefined;
  /** Oldest first. A pod that was deleted and is gone is not among them. */
  readonly pods: readonly SeenPod[];
  /**
   * The Job's pods that were seen and are gone, as they were seen last, oldest first. Kubernetes takes a pod that was
   * preempted or drained away in the moment in which it says that the Job failed.
   */
  readonly gone?: readonly SeenPod[] | undefined;
  /** Of the Job and of its pods, oldest first. */
  readonly events: readonly SeenEvent[];
}

export interface SeenJob {
  readonly uid: string;
  readonly name: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly backoffLimit: number;
  readonly suspend: boolean;
  readonly active: number;
  readonly failed: number;
  readonly succeeded: number;
  readonly startTime?: string | undefined;
  readonly completionTime?: string | undefined;
  readonly conditions: readonly Wire<V1JobCondition>[];
}

export interface SeenPod {
  readonly uid: string;
  readonly name: string;
  /** The Job's. */
  readonly ownerUid: string;
  readonly creationTimestamp: string;
  /** When it should be gone: so many seconds after its deletion was asked for. */
  readonly deletionTimestamp?: string | undefined;
  readonly deletionGracePeriodSeconds?: number | undefined;
  readonly nodeName?: string | undefined;
  readonly restartPolicy: string;
  readonly phase: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly startTime?: string | undefined;
  readonly conditions: readonly Wire<V1PodCondition>[];
  /** In the specification's order, the flow's container first. Those that have no status yet have no state. */
  readonly containers: readonly SeenContainer[];
  readonly initContainers: readonly SeenContainer[];
}

export interface SeenContainer {
  readonly name: string;
  /** `Always` makes an init container a sidecar. */
  readonly restartPolicy?: string | undefined;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: Wire<V1ContainerState>;
  readonly lastState: Wire<V1ContainerState>;
  readonly memoryLimit?: string | undefined;
}

export interface SeenEvent {
  readonly uid: string;
  /** `Job` or `Pod`. */
  readonly involvedKind: string;
  readonly involvedUid: string;
  /** `Normal` or `Warning`. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** When it was last seen. */
  readonly at: string;
  readonly count: number;
}
