import type { EnvironmentLauncher, Infrastructure, Observation } from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { clockTime } from "./clock-time.ts";
import { wordsOf } from "./failure-diagnosis.ts";
import { pause, retry } from "./retry.ts";
import { nameOf } from "./server-port.ts";

/** How long a platform has to confirm a stop before the run says that it has not, and is asked again. */
const UNCONFIRMED_MS = 60_000;
const REASON = "Slipway: the flow run was cancelled";

/** What people call what was launched, and where. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  EcsTask: ["ECS", "the task"],
  KubernetesJob: ["Kubernetes", "the Job"],
};

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
  if (!over.aborted) await stop(attempt, launcher, watched);
}

/** Asks as often as it takes, and never gives up. */
async function stop(attempt: Attempt, launcher: EnvironmentLauncher, watched: Watched) {
  const { claim, notices, workshop } = attempt;
  const { infrastructure, over } = watched;
  const [platform, thing] = namesOf(infrastructure);
  await askToStop(attempt, launcher, watched);
  if (over.aborted) return;
  const status = `asked ${platform} to stop ${thing} at ${clockTime(Date.now())}`;
  workshop.tell({ kind: "stopping", run: nameOf(claim), infrastructure });
  notices.tell({ status });
  for (;;) {
    await pause(UNCONFIRMED_MS, over);
    if (over.aborted) return;
    notices.tell({ status: `${status}, which has not confirmed it yet` });
    await askToStop(attempt, launcher, watched);
  }
}

async function askToStop(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  { infrastructure, over }: Watched,
): Promise<void> {
  const [platform, thing] = namesOf(infrastructure);
  try {
    await retry(() => launcher.stop(infrastructure, REASON), {
      signal: over,
      again: (error, count) => {
        if (count === 1) attempt.trouble("stopping", error);
        attempt.notices.tell({
          status: `asks ${platform} in vain to stop ${thing}: ${wordsOf(error)}`,
        });
        return true;
      },
    });
  } catch {
    // It is over: the failure does not matter any more.
  }
}

function namesOf({ kind }: Infrastructure): readonly [string, string] {
  return NAMES[kind] ?? ["the platform", "it"];
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
