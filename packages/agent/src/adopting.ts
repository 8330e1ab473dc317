import type { Diagnosis, EnvironmentLauncher } from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { type Launched, launch } from "./launching.ts";
import { search, searchUntilAnswered } from "./searching.ts";
import { launchedFor } from "./server-port.ts";

/**
 * What runs for an attempt: what is recorded; else what an earlier launch left; else what is launched now.
 * A launch that was begun is repeated in the same way alone, and never where a task is known to have started.
 */
export async function takeUp(attempt: Attempt, launcher: EnvironmentLauncher): Promise<Launched> {
  const { begunVariant, bootstrapToken } = attempt.claim;
  const known = launchedFor(attempt.claim);
  if (known !== undefined) return { infrastructure: known };
  if (bootstrapToken === null) return findStarted(attempt, launcher);
  if (begunVariant === null) return launch(attempt, launcher, false);
  const found = await findBegun(attempt, launcher);
  return found === undefined ? launch(attempt, launcher, true) : { infrastructure: found };
}

/** The token has been used, so a task did run; a second one must not be launched. */
async function findStarted(attempt: Attempt, launcher: EnvironmentLauncher): Promise<Launched> {
  const infrastructure = await searchUntilAnswered(attempt, launcher);
  return infrastructure === undefined ? { diagnosis: lost(attempt) } : { infrastructure };
}

async function findBegun(attempt: Attempt, launcher: EnvironmentLauncher) {
  try {
    return await search(attempt, launcher);
  } catch (error) {
    attempt.signal.throwIfAborted();
    // The repeated launch answers with the same task, if there is one.
    attempt.trouble(`looking for its ${attempt.words.thing}`, error);
    return undefined;
  }
}

function lost({ words }: Attempt): Diagnosis {
  const message = `The run's ${words.thing} had started, but it is nowhere to be found any more`;
  return { cause: "Lost", message, evidence: {} };
}
