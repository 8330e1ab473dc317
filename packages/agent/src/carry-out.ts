import type { EndedAttempt } from "@slipway/client";
import {
  type EnvironmentLauncher,
  type Infrastructure,
  invariant,
  isSlipwayError,
} from "@slipway/core";
import { takeUp } from "./adopting.ts";
import type { Attempt } from "./attempt.ts";
import {
  end,
  endingOfFailure,
  endingOfStopped,
  endingOfUnwanted,
  endingWithoutTask,
  unwantedAfter,
} from "./ending.ts";
import { diagnoseFailure, isHopeless, wordsOf } from "./failure-diagnosis.ts";
import type { Launched } from "./launching.ts";
import { removeRest } from "./removing.ts";
import { retry } from "./retry.ts";
import { isSuperseded, launchedFor, mayBeRunning, nameOf } from "./server-port.ts";
import { stopAndWatch, watchToEnd } from "./watching.ts";

/**
 * Carries one attempt from its launch to its end. Never throws; when the attempt's signal is aborted (the agent
 * closes, or the attempt is another agent's) it lets go of it and leaves what was launched alone. Answers the attempt as
 * it has ended.
 */
export async function carryOut(attempt: Attempt): Promise<EndedAttempt | undefined> {
  try {
    return await withLauncher(attempt, (launcher) => operate(attempt, launcher));
  } catch (error) {
    if (attempt.signal.aborted) return undefined;
    if (!isSuperseded(error)) return giveUp(attempt, error);
    attempt.workshop.tell({ kind: "superseded", run: nameOf(attempt.claim) });
    return undefined;
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
): Promise<EndedAttempt> {
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
  const ending = await endingOfStopped(attempt, launcher, infrastructure, stopped);
  if (attempt.isCancelled && stopped.remains === true)
    await removeRest(attempt, launcher, infrastructure);
  const ended = await end(attempt, ending);
  const unwanted = unwantedAfter(ending, ended);
  if (unwanted === undefined) return ended;
  const gone = await stopAndWatch({
    attempt,
    launcher,
    infrastructure: unwanted,
    signal: attempt.signal,
  });
  attempt.signal.throwIfAborted();
  invariant(gone, "what is watched has stopped, or the attempt was let go of");
  return end(attempt, endingOfUnwanted(attempt, ending, gone));
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

async function operate(attempt: Attempt, launcher: EnvironmentLauncher): Promise<EndedAttempt> {
  let launched: Launched;
  try {
    launched = await takeUp(attempt, launcher);
  } catch (error) {
    if (attempt.signal.aborted || isSuperseded(error)) throw error;
    tellOfFault(attempt, error);
    return end(attempt, endingOfFailure(attempt, launcher, error));
  }
  if ("diagnosis" in launched)
    return end(attempt, endingWithoutTask(attempt, launcher, launched.diagnosis));
  return watchAndEnd(attempt, launcher, launched.infrastructure);
}

async function giveUp(attempt: Attempt, error: unknown): Promise<undefined> {
  tellOfFault(attempt, error);
  await end(attempt, { diagnosis: diagnoseFailure(error) }).catch((failure: unknown) =>
    attempt.trouble("recording the end", failure),
  );
}

/** What is no error of a user's is told in full to the agent's log alone. */
function tellOfFault(attempt: Attempt, error: unknown): void {
  if (!isSlipwayError(error)) attempt.trouble("the launch", error);
}
