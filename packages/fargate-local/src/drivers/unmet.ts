import type { ContainerRequest } from "./driver.ts";

/** Fields of a container that have no effect on this machine, whatever runs it. */
const WITHOUT_EFFECT = ["environmentFiles", "firelensConfiguration", "systemControls"] as const;

/** What no driver does of what a container asks for. */
export function unmetByAll({ container, override }: ContainerRequest): string[] {
  const asked = { ...container, ...override };
  return WITHOUT_EFFECT.filter((field) => {
    const value = asked[field];
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  });
}
