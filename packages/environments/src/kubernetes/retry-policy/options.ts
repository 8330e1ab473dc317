import type { OutOfMemoryOptions, RetryRuleOptions } from "../../retry-policy/options.ts";
import type { RuleName } from "./rule-names.ts";

export interface KubernetesCapacityOptions {
  /** How long the cluster may be without room for the pod before the run has failed. Without it: `"30m"`. */
  readonly deadline?: string | undefined;
}

/**
 * What follows when the infrastructure fails, by cause: apart from the retries of the flow's own tasks, and from the
 * Job's `backoffLimit`. `disruption` stands for a pod that the cluster took away: drained, preempted, evicted,
 * deleted, or gone with its node. A failure that may be gone next time is retried twice without any of this, where
 * none of the flow's code has run.
 */
export type KubernetesFailureOptions = {
  readonly [Name in Exclude<RuleName, "outOfMemory">]?: RetryRuleOptions | undefined;
} & {
  readonly outOfMemory?: OutOfMemoryOptions | undefined;
  readonly capacity?: KubernetesCapacityOptions | undefined;
};
