import type { HealthCheck } from "./container-fields.ts";
import type { HealthStatus } from "./health.ts";

/** A health check's numbers (times in seconds), with ECS's defaults for those that are not given. */
export function checkNumbers(check: HealthCheck) {
  const { interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = check;
  return { interval, timeout, retries, startPeriod };
}

/** A check's command with how it is run in front: one without a word for that is run as it stands. */
export function healthCommand(command: readonly string[]): readonly string[] {
  return ["CMD", "CMD-SHELL", "NONE"].includes(command[0] ?? "") ? command : ["CMD", ...command];
}

/** What is known of a container's health: its status, and how many checks in a row have failed. */
export interface HealthCount {
  readonly status: HealthStatus;
  readonly failures: number;
}

export const UNCHECKED: HealthCount = { status: "UNKNOWN", failures: 0 };

/**
 * The health after one more check, `sinceStartMs` after the container's start. A failure within the start
 * period does not count until a check has passed; after that only as many in a row as `retries` do.
 */
export function countCheck(
  count: HealthCount,
  passed: boolean,
  sinceStartMs: number,
  check: HealthCheck,
): HealthCount {
  if (passed) return { status: "HEALTHY", failures: 0 };
  const { retries, startPeriod } = checkNumbers(check);
  if (count.status === "UNKNOWN" && sinceStartMs < startPeriod * 1000) return count;
  const failures = count.failures + 1;
  return { status: failures >= retries ? "UNHEALTHY" : count.status, failures };
}
