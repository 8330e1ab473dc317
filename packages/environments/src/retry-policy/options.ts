/** How often, and after which pause, another attempt follows one that was lost. */
export interface RetryRuleOptions {
  /** How many attempts may follow for this cause, counted over the whole run. 0 turns the default off. */
  readonly retries: number;
  /** The pause before each, for example `"30s"`. Without it: 5 seconds, doubled each time, at most a minute. */
  readonly delay?: string | undefined;
}

/** How memory grows from attempt to attempt. */
export interface MemoryScalingOptions {
  /** Above 1. On Fargate the next size that there is is taken, on Kubernetes whole Mi. */
  readonly factor: number;
  /** The most, for example `"30GB"`, or on Kubernetes `"8Gi"`. */
  readonly max: string;
}

export interface OutOfMemoryOptions extends RetryRuleOptions {
  /** Each attempt gets more memory than the last; made by `scaleMemory`. */
  readonly scaleMemory?: MemoryScalingOptions | undefined;
}
