import type { HealthCheck } from "../../model/container-fields.ts";
import type { HealthStatus } from "../../model/health.ts";
import { checkNumbers, healthCommand } from "../../model/health-check.ts";

const NANO = 1_000_000_000;

/** A health check as the engine takes it. One that stands in the image alone is turned off, as on ECS. */
export function engineHealthCheck(check: HealthCheck | undefined): Record<string, unknown> {
  if (check === undefined) return { Test: ["NONE"] };
  const { interval, timeout, retries, startPeriod } = checkNumbers(check);
  return {
    Test: healthCommand(check.command),
    Interval: interval * NANO,
    Timeout: timeout * NANO,
    Retries: retries,
    StartPeriod: startPeriod * NANO,
  };
}

/** The engine's word for a container's health, in ECS's words. */
export function toHealthStatus(status: string | undefined): HealthStatus {
  if (status === "healthy") return "HEALTHY";
  return status === "unhealthy" ? "UNHEALTHY" : "UNKNOWN";
}
