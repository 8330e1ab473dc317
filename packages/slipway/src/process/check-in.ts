import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type StartedRun } from "@slipway/client";
import { isSlipwayError } from "@slipway/core";
import type { ContainerSettings } from "../settings.ts";
import { createRunToken } from "./run-token.ts";

/** A server that restarts is back by then; a container that never got to its run has to end some time. */
const START_WITHIN_MS = 60_000;
const ASK_AGAIN_MS = 1_000;

/**
 * Swaps the container's one-use token. On Kubernetes the process may be the second one of its launch, and be there
 * before the agent has seen that the first is gone: while the server refuses the token for that, it is asked again.
 */
export async function checkIn(
  { url, bootstrapToken, mayComeEarly }: ContainerSettings,
  signal: AbortSignal,
): Promise<StartedRun> {
  const client = createClient({ url, apiKey: bootstrapToken, retryForMs: START_WITHIN_MS, signal });
  const runToken = createRunToken();
  const giveUpAt = Date.now() + START_WITHIN_MS;
  for (;;) {
    try {
      return await client.startRun(runToken);
    } catch (error) {
      const again = mayComeEarly && isOfAnotherStart(error);
      if (!again || Date.now() + ASK_AGAIN_MS > giveUpAt) throw error;
      await sleep(ASK_AGAIN_MS, undefined, { signal });
    }
  }
}

/** The token is this server's, but at this moment another process's: it was used, or its attempt is not the newest. */
function isOfAnotherStart(error: unknown): boolean {
  if (isSlipwayError(error, "ATTEMPT_SUPERSEDED")) return true;
  return isSlipwayError(error, "UNAUTHENTICATED") && typeof error.details["attemptId"] === "string";
}
