import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { HealthStatus } from "../../model/health.ts";
import type { DockerClient } from "./docker-client.ts";
import { toHealthStatus } from "./health-check.ts";

const LOOK_MS = 500;

const healthSchema = z.looseObject({
  State: z.looseObject({
    Running: z.boolean(),
    Health: z.looseObject({ Status: z.string() }).nullish(),
  }),
});

/**
 * Tells each change of what the engine's own health check finds, until `ended` settles: that has to be when the
 * container is asked to stop, since the engine calls one unhealthy that it no longer checks.
 */
export function followHealth(
  docker: DockerClient,
  id: string,
  tell: (status: HealthStatus) => void,
  ended: Promise<unknown>,
): void {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const look = async () => {
    let last: HealthStatus = "UNKNOWN";
    while (!hasEnded) {
      const status = await readHealth(docker, id);
      if (status !== undefined && status !== last && !hasEnded) {
        last = status;
        tell(status);
      }
      await delay(LOOK_MS, undefined, { ref: false });
    }
  };
  void look();
}

/** Undefined where the engine does not answer now, or the container is going away. */
async function readHealth(docker: DockerClient, id: string): Promise<HealthStatus | undefined> {
  try {
    const call = { method: "GET", path: `/containers/${id}/json` } as const;
    const { State } = await docker.call(call, healthSchema);
    return State.Running ? toHealthStatus(State.Health?.Status) : undefined;
  } catch {
    return undefined;
  }
}
