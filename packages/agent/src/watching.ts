import type { EnvironmentLauncher, Infrastructure, Observation } from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { stopWhenCancelled } from "./cancelling.ts";
import { type Stopped, watch } from "./watch.ts";

/** Watches what was launched until it has stopped, and has it stopped when the run is cancelled. Undefined where the signal is aborted. */
export async function watchToEnd(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  const { cancel, notices, workshop } = attempt;
  const ended = new AbortController();
  const looked = new AbortController();
  let status: Observation["status"] | undefined;
  const stopping = stopWhenCancelled(attempt, launcher, {
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
      onTrouble: (message) => attempt.trouble("looking at the task", message),
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
