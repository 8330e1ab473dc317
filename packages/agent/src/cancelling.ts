import type { EnvironmentLauncher, Infrastructure, Observation } from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { clockTime } from "./clock-time.ts";
import { wordsOf } from "./failure-diagnosis.ts";
import { pause, retry } from "./retry.ts";
import { nameOf } from "./server-port.ts";

/** How long a platform has to confirm a stop before the run says that it has not, and is asked again. */
const UNCONFIRMED_MS = 60_000;
const CANCELLED = "Slipway: the flow run was cancelled";
const UNWANTED = "Slipway: the flow run is over";

export interface Watched {
  readonly infrastructure: Infrastructure;
  /** Aborted at the first look. */
  readonly looked: AbortSignal;
  /** What was seen last. */
  readonly lastStatus: () => Observation["status"] | undefined;
  /** Aborted when it is seen to have stopped, or when the attempt is let go of. */
  readonly over: AbortSignal;
}

/**
 * Once the run is cancelled, gives its process the time to end by itself, then asks the platform to stop what was
 * launched, and again each minute until it is seen to have stopped.
 */
export async function stopWhenCancelled(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  watched: Watched,
): Promise<void> {
  const { over } = watched;
  await eitherAborted(attempt.cancel.signal, over);
  // The stop waits for no platform that does not say how the task is.
  await pause(launcher.stopGraceMs, AbortSignal.any([watched.looked, over]));
  // A process that has not started hears of nothing.
  if (!over.aborted && watched.lastStatus() !== "starting") {
    attempt.notices.tell({
      status: "waits for the run's process to stop, which it has been told to",
    });
    await pause(launcher.stopGraceMs, over);
  }
  if (!over.aborted) await stop(attempt, launcher, watched, CANCELLED);
}

/** Asks at once: what runs is not the run's any more. */
export async function stopUnwanted(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  watched: Watched,
): Promise<void> {
  await stop(attempt, launcher, watched, UNWANTED);
}

/** Asks as often as it takes, and never gives up. */
async function stop(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  watched: Watched,
  reason: string,
): Promise<void> {
  const { claim, notices, workshop } = attempt;
  const { infrastructure, over } = watched;
  const { platform, thing } = attempt.words;
  await askToStop(attempt, launcher, watched, reason);
  if (over.aborted) return;
  const status = `asked ${platform} to stop the ${thing} at ${clockTime(Date.now())}`;
  workshop.tell({ kind: "stopping", run: nameOf(claim), infrastructure });
  notices.tell({ status });
  for (;;) {
    await pause(UNCONFIRMED_MS, over);
    if (over.aborted) return;
    notices.tell({ status: `${status}, which has not confirmed it yet` });
    await askToStop(attempt, launcher, watched, reason);
  }
}

async function askToStop(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  { infrastructure, over }: Watched,
  reason: string,
): Promise<void> {
  const { platform, thing } = attempt.words;
  try {
    await retry(() => launcher.stop(infrastructure, reason), {
      signal: over,
      again: (error, count) => {
        if (count === 1) attempt.trouble("stopping", error);
        attempt.notices.tell({
          status: `asks ${platform} in vain to stop the ${thing}: ${wordsOf(error)}`,
        });
        return true;
      },
    });
  } catch {
    // It is over: the failure does not matter any more.
  }
}

async function eitherAborted(one: AbortSignal, other: AbortSignal): Promise<void> {
  if (one.aborted || other.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      one.removeEventListener("abort", end);
      other.removeEventListener("abort", end);
      resolve();
    };
    one.addEventListener("abort", end);
    other.addEventListener("abort", end);
  });
}
