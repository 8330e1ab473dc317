import type { Attempt as AttemptRecord, Claim, EndedAttempt, SlipwayClient } from "@slipway/client";
import {
  type EnvironmentLauncher,
  type Infrastructure,
  type SerializedEnvironment,
  SlipwayError,
} from "@slipway/core";
import { takeUp } from "./adopting.ts";
import type { Attempt } from "./attempt.ts";
import { recordLaunch, watchAndEnd, withLauncher } from "./carry-out.ts";
import { end } from "./ending.ts";
import { diagnoseFailure } from "./failure-diagnosis.ts";
import { HeldAttempts } from "./held-attempts.ts";
import { pause } from "./retry.ts";
import { claimOfSuccessor, isSuperseded } from "./server-port.ts";
import { openWorkshop, type WorkshopOptions } from "./workshop.ts";

/** How often to ask whether somebody cancelled the run. */
const ASK_MS = 3_000;

export interface ExecuteFlowRunOptions extends Omit<WorkshopOptions, "readEnvironment"> {
  readonly flowRunId: string;
  /** The content of the image's `environment.json`, where it is at hand; read from the run's image otherwise. */
  readonly environment?: SerializedEnvironment | undefined;
  /** True to look after the attempt to its end; otherwise it is given back once launched, and an agent does. */
  readonly watch?: boolean | undefined;
  /** Lets go of the attempt, which an agent takes up then. */
  readonly signal?: AbortSignal | undefined;
}

export interface ExecutedFlowRun {
  readonly infrastructure: Infrastructure;
  /** The attempt as it was given back, or as it ended. */
  readonly attempt: AttemptRecord;
}

interface Executed extends ExecutedFlowRun {
  /** Where it was looked after to its end. */
  readonly ended?: EndedAttempt;
}

/**
 * Sets up and executes one flow run from where it is called, for example from a container of the flow's own image.
 * Throws `NOT_FOUND` and `STATE_CONFLICT` where the run cannot be claimed; what keeps it from being launched ends
 * the run Failed, and is thrown.
 */
export async function executeFlowRun(options: ExecuteFlowRunOptions): Promise<ExecutedFlowRun> {
  const { environment, signal, watch = false } = options;
  signal?.throwIfAborted();
  const { client, workshop } = openWorkshop(
    environment === undefined ? options : { ...options, readEnvironment: async () => environment },
  );
  await workshop.installation.learn(client);
  const claim = await claimRun(client, options);
  const held = new HeldAttempts(workshop);
  const over = new AbortController();
  const letGo = () => void held.close();
  signal?.addEventListener("abort", letGo);
  const kept = Promise.all([
    held.renewAlways(over.signal),
    hearOfCancel(client, claim, held, over.signal),
  ]);
  try {
    return await executeClaim(claim, held, client, watch);
  } finally {
    signal?.removeEventListener("abort", letGo);
    over.abort();
    await kept;
    workshop.launchers.close();
  }
}

/** With `watch`, to the end of the last attempt that the platform goes on with. */
async function executeClaim(
  claim: Claim,
  held: HeldAttempts,
  client: SlipwayClient,
  watch: boolean,
): Promise<ExecutedFlowRun> {
  const { ended, ...executed } = await held.hold(claim, (attempt) =>
    executeAttempt(attempt, client, watch),
  );
  const next = ended && claimOfSuccessor(claim, ended);
  return next ? executeClaim(next, held, client, watch) : executed;
}

async function claimRun(
  client: SlipwayClient,
  { name, flowRunId }: ExecuteFlowRunOptions,
): Promise<Claim> {
  const { claimed, adopted } = await client.claimWork({
    agent: name,
    labels: [],
    limit: 1,
    flowRunId,
  });
  const claim = claimed[0] ?? adopted[0];
  if (claim !== undefined) return claim;
  throw new SlipwayError(
    "STATE_CONFLICT",
    `Flow run ${flowRunId} cannot be executed: somebody else claims it at this moment`,
    { flowRunId },
  );
}

/** Only looks: to claim the run once more could take up its next attempt, or one that was given back, for nobody. */
async function hearOfCancel(
  client: SlipwayClient,
  { flowRun }: Claim,
  held: HeldAttempts,
  over: AbortSignal,
): Promise<void> {
  for (await pause(ASK_MS, over); !over.aborted; await pause(ASK_MS, over)) {
    try {
      if ((await client.flowRunStateType(flowRun.id)) !== "Cancelling") continue;
      for (const id of held.ids) held.cancel(id);
    } catch {
      // The server is away: the next look is as good.
    }
  }
}

async function executeAttempt(
  attempt: Attempt,
  client: SlipwayClient,
  watch: boolean,
): Promise<Executed> {
  try {
    return await withLauncher(attempt, (launcher) => launchOnce(attempt, client, launcher, watch));
  } catch (error) {
    if (!attempt.signal.aborted && !isSuperseded(error))
      await end(attempt, { diagnosis: diagnoseFailure(error) }).catch((failure: unknown) =>
        attempt.trouble("recording the end", failure),
      );
    throw error;
  }
}

async function launchOnce(
  attempt: Attempt,
  client: SlipwayClient,
  launcher: EnvironmentLauncher,
  watch: boolean,
): Promise<Executed> {
  const launched = await takeUp(attempt, launcher);
  if ("diagnosis" in launched) {
    await end(attempt, launched);
    throw new SlipwayError("STATE_CONFLICT", launched.diagnosis.message, {
      flowRunId: attempt.claim.flowRun.id,
      cause: launched.diagnosis.cause,
    });
  }
  const { infrastructure } = launched;
  // A run that is to end is stopped before it is given back.
  if (watch || attempt.isCancelled) {
    const ended = await watchAndEnd(attempt, launcher, infrastructure);
    return { infrastructure, attempt: ended, ended };
  }
  await recordLaunch(attempt, infrastructure);
  return { infrastructure, attempt: await release(attempt, client) };
}

/** Until it is given back, its lease holds agents off; one that cannot be given back lapses in half a minute. */
async function release(attempt: Attempt, client: SlipwayClient): Promise<AttemptRecord> {
  return attempt.persist("giving the attempt back", () =>
    client.releaseAttempt(attempt.workshop.agent, attempt.id),
  );
}
