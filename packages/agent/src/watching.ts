import type { EnvironmentLauncher, Infrastructure, Observation } from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { stopUnwanted, stopWhenCancelled } from "./cancelling.ts";
import { followContainerLogs } from "./following-logs.ts";
import { pause } from "./retry.ts";
import { type Stopped, watch } from "./watch.ts";

/** How long what containers wrote last may take to come. Where the platform goes on, its next process waits meanwhile. */
const LAST_LINES_MS = 3_000;
const LAST_LINES_BEFORE_SUCCESSOR_MS = 500;

/**
 * Watches what was launched until it has stopped, and has it stopped when the run is cancelled; records what its
 * containers write meanwhile. Undefined where the signal is aborted.
 */
export async function watchToEnd(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  const logs = followContainerLogs(attempt, launcher, infrastructure, signal);
  let lastLinesMs = 0;
  try {
    const watched = { attempt, launcher, infrastructure, signal };
    const stopped = await watchWhileStopping(watched, stopWhenCancelled);
    // With a run that is being cancelled nothing goes on.
    if (stopped?.successor && attempt.isCancelled)
      return await stopAndWatch({ ...watched, infrastructure: stopped.successor });
    if (stopped) lastLinesMs = stopped.successor ? LAST_LINES_BEFORE_SUCCESSOR_MS : LAST_LINES_MS;
    return stopped;
  } finally {
    await logs.drain(lastLinesMs);
  }
}

/** Has what goes on without anybody's wish stopped, and watches until it has. Undefined where the signal is aborted. */
export async function stopAndWatch(watching: Watching): Promise<Stopped | undefined> {
  const stopped = await watchWhileStopping(watching, stopUnwanted);
  if (!stopped?.successor) return stopped;
  await pause(watching.attempt.workshop.observe.shortest, watching.signal);
  return stopAndWatch({ ...watching, infrastructure: stopped.successor });
}

interface Watching {
  readonly attempt: Attempt;
  readonly launcher: EnvironmentLauncher;
  readonly infrastructure: Infrastructure;
  readonly signal: AbortSignal;
}

async function watchWhileStopping(
  { attempt, launcher, infrastructure, signal }: Watching,
  stop: typeof stopWhenCancelled,
): Promise<Stopped | undefined> {
  const { cancel, notices, words, workshop } = attempt;
  const ended = new AbortController();
  const looked = new AbortController();
  let status: Observation["status"] | undefined;
  const stopping = stop(attempt, launcher, {
    infrastructure,
    looked: looked.signal,
    lastStatus: () => status,
    over: AbortSignal.any([signal, ended.signal]),
  });
  try {
    return await watch(launcher, infrastructure, {
      interval: workshop.observe,
      signal,
      hurry: cancel.signal,
      onLook: (observation) => {
        status = observation.status;
        looked.abort();
        notices.tell(noticeOf(observation, attempt.isCancelled));
      },
      onTrouble: (message) => attempt.trouble(`looking at the ${words.thing}`, message),
    });
  } finally {
    ended.abort();
    await stopping;
  }
}

/** What is seen, for the run's page. What a cancelled run waits for is said by who stops it; an end is recorded with the attempt's. */
function noticeOf(observation: Observation, cancelled: boolean) {
  if (observation.status === "stopped") return {};
  const { message = "", timeline } = observation;
  return { ...(cancelled ? {} : { status: message }), ...(timeline && { timeline }) };
}
