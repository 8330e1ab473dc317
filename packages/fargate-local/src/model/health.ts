/** What DescribeTasks tells of a container's health, and of a task's. */
export const HEALTH_STATUSES = ["UNKNOWN", "HEALTHY", "UNHEALTHY"] as const;

export type HealthStatus = (typeof HEALTH_STATUSES)[number];

/** A task's health by that of its essential containers: the worst of them, and UNKNOWN before HEALTHY. */
export function taskHealth(essential: readonly HealthStatus[]): HealthStatus {
  if (essential.includes("UNHEALTHY")) return "UNHEALTHY";
  return essential.length === 0 || essential.includes("UNKNOWN") ? "UNKNOWN" : "HEALTHY";
}
