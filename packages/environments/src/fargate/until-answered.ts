import { isSlipwayError } from "@slipway/core";

/** How often a launch is repeated where its answer was lost and nothing is to be found of it. */
const REPEATS = 2;

/**
 * Launches, and where no answer comes, which says nothing of whether the launch happened, looks for what it left
 * before it asks again. `ask` carries the same client token each time: should the platform have launched after all,
 * it answers with that.
 */
export async function untilAnswered<T>(launch: {
  readonly ask: () => Promise<T>;
  readonly find: () => Promise<T | undefined>;
}): Promise<T> {
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await launch.ask();
    } catch (error) {
      if (!isSlipwayError(error, "CLOUD_UNREACHABLE")) throw error;
      const found = await launch.find().catch(() => undefined);
      if (found !== undefined) return found;
      if (repeats === REPEATS) throw error;
    }
  }
}
