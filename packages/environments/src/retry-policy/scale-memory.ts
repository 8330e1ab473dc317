import type { MemoryScalingOptions, OutOfMemoryOptions } from "./options.ts";

/**
 * A rule for `onInfrastructureFailure.outOfMemory`: each retry gets `factor` times the memory (2 unless given), up to
 * `max` (120 GB unless given), and the CPU that Fargate asks with it. Through RunTask's overrides, so that no task
 * definition is registered for it.
 */
export function scaleMemory(
  given: Partial<MemoryScalingOptions> & {
    readonly retries?: number;
    readonly delay?: string;
  } = {},
): OutOfMemoryOptions {
  const { factor = 2, max = "120GB", retries = 3, delay } = given;
  return { retries, ...(delay === undefined ? {} : { delay }), scaleMemory: { factor, max } };
}
