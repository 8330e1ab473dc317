import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import type { RuleName } from "./rule-names.ts";

/** How often, and after which pause, another attempt follows one that was lost. */
export interface RetryRuleOptions {
  /** How many attempts may follow for this cause, counted over the whole run. 0 turns the default off. */
  readonly retries: number;
  /** The pause before each, for example `"30s"`. Without it: 5 seconds, doubled each time, at most a minute. */
  readonly delay?: string | undefined;
}

/** How memory grows from attempt to attempt. */
export interface MemoryScalingOptions {
  /** Above 1; the next size that Fargate has is taken. */
  readonly factor: number;
  /** The most, for example `"30GB"`. */
  readonly max: string;
}

export interface OutOfMemoryOptions extends RetryRuleOptions {
  /** Each attempt gets more memory than the last; made by `scaleMemory`. */
  readonly scaleMemory?: MemoryScalingOptions | undefined;
}

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
