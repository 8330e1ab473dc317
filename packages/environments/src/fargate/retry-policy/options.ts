import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import type { OutOfMemoryOptions, RetryRuleOptions } from "../../retry-policy/options.ts";
import type { RuleName } from "./rule-names.ts";

export interface SpotOptions extends RetryRuleOptions {
  /** After `retries` interruptions the run goes on without Fargate Spot: its last retry is on demand. */
  readonly then?: "on-demand" | undefined;
}

/** Another way to launch: fields of RunTask that replace the author's, or the same without Fargate Spot. */
export type LaunchVariant =
  | "on-demand"
  | Partial<Omit<RunTaskCommandInput, "taskDefinition" | "count" | "clientToken">>;

export interface CapacityOptions {
  /** How long the platform may be without capacity before the run has failed. Without it: `"30m"`. */
  readonly deadline?: string | undefined;
  /**
   * Ways to launch that are tried in turn after the first one, each time there is no capacity. A task that a capacity
   * provider gave up after 10 to 30 minutes counts, too: another attempt follows in the next way, until each had its
   * turn, and for each 30 minutes of the deadline.
   */
  readonly then?: readonly LaunchVariant[] | undefined;
}

/**
 * What follows when the infrastructure fails, by cause: apart from the retries of the flow's own tasks. A failure that
 * may be gone next time is retried twice without any of this, where none of the flow's code has run.
 */
export type InfrastructureFailureOptions = {
  readonly [Name in Exclude<RuleName, "outOfMemory" | "spot" | "spotInterruption">]?:
    | RetryRuleOptions
    | undefined;
} & {
  readonly outOfMemory?: OutOfMemoryOptions | undefined;
  readonly spot?: SpotOptions | undefined;
  readonly capacity?: CapacityOptions | undefined;
};
