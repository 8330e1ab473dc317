import type { Diagnosis, Timeline } from "@slipway/core";

/** What follows from a sight of one attempt. */
export type Verdict =
  | {
      readonly status: "starting" | "running";
      /** What it waits for, in one line. */
      readonly message?: string;
      readonly timeline: Timeline;
    }
  | {
      readonly status: "stopped";
      readonly diagnosis: Diagnosis;
      readonly timeline: Timeline;
      /** True where something of it is still there and must be deleted first: sidecars that never end, a start without hope. */
      readonly mustDelete: boolean;
      /**
       * Where Kubernetes itself starts the flow's container once more: the starts that are over, as `uid/restartCount`
       * of their pods. Those of earlier attempts are among them.
       */
      readonly startsOver?: readonly string[];
    };

/** What {@link judge} knows besides the sight. */
export interface JudgeContext {
  /** Milliseconds since 1970, by this machine's clock. */
  readonly now: number;
  /** Starts of the flow's container that belong to earlier attempts, as `uid/restartCount`. */
  readonly startsBefore: readonly string[];
  /** How long a pod may take to start, not counting pulls, scaling, and waiting for room. */
  readonly startTimeoutMs: number;
  /** How long the cluster may be without room for the pod. */
  readonly capacityDeadlineMs: number;
  /** When Slipway asked for the Job's deletion, if it did. */
  readonly stopAskedAt?: number | undefined;
}
