import { isSlipwayError, type JsonObject } from "@slipway/core";
import type { LaunchCalls } from "./launch-calls.ts";

/** The Job of an attempt whose launch was cut off, put right: its Secret is let go with it. */
export async function findJob(
  calls: LaunchCalls,
  { attemptId, secret }: { readonly attemptId: string; readonly secret: string },
): Promise<JsonObject | undefined> {
  const job = await calls.jobOf(attemptId);
  if (job === undefined) return undefined;
  try {
    await calls.own(secret, job);
  } catch (error) {
    // What runs is found all the same; the Secret is collected with the rest of the installation's.
    if (!isSlipwayError(error, "CLOUD_REFUSED")) throw error;
  }
  return job;
}
