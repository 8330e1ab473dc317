import {
  type EnvironmentLauncher,
  type Infrastructure,
  invariant,
  isSlipwayError,
} from "@slipway/core";
import { takeUp } from "./adopting.ts";
import type { Attempt } from "./attempt.ts";
import { end, endingOfFailure, endingOfStopped, endingWithoutTask } from "./ending.ts";
import { diagnoseFailure, isHopeless, wordsOf } from "./failure-diagnosis.ts";
import type { Launched } from "./launching.ts";
import { retry } from "./retry.ts";
import { isSuperseded, launchedFor, mayBeRunning, nameOf } from "./server-port.ts";
import { watchToEnd } from "./watching.ts";

/**
 * Carries one attempt from its launch to its end. Never throws; when the attempt's signal is aborted (the agent
 * closes, or the attempt is another agent's) it lets go of it and leaves what was launched alone.
 */
export async function carryOut(attempt: Attempt): Promise<void> {
  try {
    await withLauncher(attempt, (launcher) => operate(attempt, launcher));
  } catch (error) {
    if (attempt.signal.aborted) return;
    if (!isSuperseded(error)) return giveUp(attempt, error);
    attempt.workshop.tell({ kind: "superseded", run: nameOf(attempt.claim) });
  }
}

/** Lends the launcher of the attempt's image. An attempt that may be running is not given up because a registry is away. */
export async function withLauncher<T>(
  attempt: Attempt,
  work: (launcher: EnvironmentLauncher) => Promise<T>,
): Promise<T> {
  const { image } = attempt.claim.flowRun.flowVersion;
  let opened = false;
  return retry(
    () =>
      attempt.workshop.launchers.use(image, (launcher) => {
        opened = true;
        return work(launcher);
      }),
    {
      signal: attempt.signal,
      again: (error, count) => {
        if (opened || !mayBeRunning(attempt.claim) || isHopeless(error)) return false;
        if (count === 1) attempt.trouble("reading the environment", error);
        attempt.notices.tell({ status: `reads its environment in vain: ${wordsOf(error)}` });
        return true;
      },
    },
  );
}

/** Records what was launched, and watches it to its end meanwhile: the server may be away for a while. */
export async function watchAndEnd(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
) {
  const superseded = new AbortController();
  const recorded = recordLaunch(attempt, infrastructure).catch((error: unknown) => {
    superseded.abort();
    throw error;
  });
  const signal = AbortSignal.any([attempt.signal, superseded.signal]);
  const watched = watchToEnd(attempt, launcher, infrastructure, signal);
  const [stopped] = await Promise.all([watched, recorded]);
  attempt.signal.throwIfAborted();
  invariant(stopped, "what is watched has stopped, or the attempt was let go of");
  return end(attempt, await endingOfStopped(attempt, launcher, infrastructure, stopped));
}

/** Records what runs for the attempt, unless the server knows. */
export async function recordLaunch(
  attempt: Attempt,
  infrastructure: Infrastructure,
): Promise<void> {
  if (launchedFor(attempt.claim) !== undefined) return;
  const { agent, server } = attempt.workshop;
  const doing = "recording the launch";
  try {
    await attempt.persist(doing, () =>
      server.recordInfrastructure(agent, attempt.id, infrastructure),
    );
  } catch (error) {
    // What runs is looked after all the same; after a restart it is searched.
    if (!isSlipwayError(error, "INVALID_ARGUMENT")) throw error;
    attempt.trouble(doing, error);
  }
}

async function operate(attempt: Attempt, launcher: EnvironmentLauncher): Promise<void> {
  let launched: Launched;
  try {
    launched = await takeUp(attempt, launcher);
  } catch (error) {
    if (attempt.signal.aborted || isSuperseded(error)) throw error;
    tellOfFault(attempt, error);
    await end(attempt, endingOfFailure(attempt, launcher, error));
    return;
  }
  if ("diagnosis" in launched)
    await end(attempt, endingWithoutTask(attempt, launcher, launched.diagnosis));
  else await watchAndEnd(attempt, launcher, launched.infrastructure);
}

async function giveUp(attempt: Attempt, error: unknown): Promise<void> {
  tellOfFault(attempt, error);
  await end(attempt, { diagnosis: diagnoseFailure(error) }).catch((failure: unknown) =>
    attempt.trouble("recording the end", failure),
  );
}

/** What is no error of a user's is told in full to the agent's log alone. */
function tellOfFault(attempt: Attempt, error: unknown): void {
  if (!isSlipwayError(error)) attempt.trouble("the launch", error);
}
