import type { EnvironmentLauncher, Infrastructure } from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { wordsOf } from "./failure-diagnosis.ts";
import { pause, retry } from "./retry.ts";
import { nameOf } from "./server-port.ts";

/** How often a search that fails is made again, where a repeated launch answers the question as well. */
const MOST_FAILURES = 3;
/** A list of tasks may lag behind a launch: one look that finds nothing is not enough to say that there is nothing. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 1_500;

type Found = Promise<Infrastructure | undefined>;

/** What an earlier launch of the attempt left, at one look. Throws where the platform does not say. */
export function search(attempt: Attempt, launcher: EnvironmentLauncher): Found {
  return find(attempt, launcher, (_, count) => count < MOST_FAILURES);
}

/** The same, for so long that what was launched a moment ago would be seen. */
export async function searchThoroughly(attempt: Attempt, launcher: EnvironmentLauncher): Found {
  return lookAgain(attempt, () => search(attempt, launcher));
}

/** The same, asked until the platform answers. */
export async function searchUntilAnswered(attempt: Attempt, launcher: EnvironmentLauncher): Found {
  const again = (error: unknown, count: number) => {
    if (count === 1) attempt.trouble(`looking for its ${attempt.words.thing}`, error);
    attempt.notices.tell({ status: `looks in vain for what was launched: ${wordsOf(error)}` });
    return true;
  };
  return lookAgain(attempt, () => find(attempt, launcher, again));
}

async function lookAgain(attempt: Attempt, look: () => Found): Found {
  for (let looks = 1; ; looks++) {
    const found = await look();
    if (found !== undefined || looks === LOOKS) return found;
    await pause(BETWEEN_LOOKS_MS, attempt.signal);
    attempt.signal.throwIfAborted();
  }
}

async function find(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  again: (error: unknown, count: number) => boolean,
): Found {
  const { claim, signal, workshop } = attempt;
  const infrastructure = await retry(
    () => workshop.searches.run(() => launcher.find(attempt.request())),
    { signal, again },
  );
  if (infrastructure !== undefined)
    workshop.tell({ kind: "found", run: nameOf(claim), infrastructure });
  return infrastructure;
}
