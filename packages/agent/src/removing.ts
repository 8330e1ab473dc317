import type { EnvironmentLauncher, Infrastructure } from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { pause } from "./retry.ts";

/** Nothing of it runs any more, so a platform that is slow holds no end up for longer. */
const LONGEST_MS = 30_000;
const REASON = "Slipway: the flow run was cancelled";

/** Has the platform remove what it keeps of a cancelled run whose process ended by itself, and waits until it has. */
export async function removeRest(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  try {
    await launcher.stop(infrastructure, REASON);
    while (!attempt.signal.aborted && performance.now() < deadline) {
      const observation = await launcher.observe(infrastructure);
      if (observation.status === "stopped" && observation.remains !== true) return;
      await pause(attempt.workshop.observe.shortest, attempt.signal);
    }
  } catch (error) {
    // It ends by itself at its time to live.
    attempt.trouble("removing what is left", error);
  }
}
