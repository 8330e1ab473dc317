import { SlipwayError, type State } from "@slipway/core";
import { saveAgent, touchAgent } from "../db/agents.ts";
import { attemptsOf } from "../db/attempts.ts";
import {
  adoptAttemptOf,
  adoptAttempts,
  insertClaims,
  lockDueRuns,
  renewLeases as renewLeasesInDb,
} from "../db/claims.ts";
import { findFlowRun, lockFlowRun } from "../db/flow-runs.ts";
import { notifyRuns } from "../db/notifications.ts";
import type { AttemptRow, Db, FlowRunRow } from "../db/rows.ts";
import { isUuid, uuidv7 } from "../ids.ts";
import { checkId, checkLabels, checkName, notFound, refusal } from "./input.ts";
import { LEASE_SECONDS } from "./lease.ts";

const MOST_CLAIMS = 100;
const MOST_KNOWN = 10_000;

export interface ClaimedWork {
  readonly claimed: readonly AttemptRow[];
  readonly adopted: readonly AttemptRow[];
}

export interface ClaimWorkInput {
  readonly agent: string;
  readonly labels: readonly string[];
  readonly limit: number;
  readonly flowRunId?: string | null | undefined;
  readonly known?: readonly string[] | null | undefined;
}

/** Gives an agent the attempts that it must look after, and then new runs: each run to one agent, once. */
export async function claimWork(tx: Db, input: ClaimWorkInput, now: Date): Promise<ClaimedWork> {
  const name = checkName("input.agent", input.agent);
  const labels = checkLabels("input.labels", input.labels);
  const { limit, flowRunId } = input;
  if (limit < 0 || limit > MOST_CLAIMS) throw refusal("input.limit", limit, `0 to ${MOST_CLAIMS}`);
  // A run's row before the agent's, as whatever changes a run takes them.
  const run = flowRunId ? await lockRun(tx, flowRunId) : undefined;
  await saveAgent(tx, { id: uuidv7(), name, labels });
  if (run) return claimRun(tx, name, run, now);
  const known = checkKnown(input.known ?? []);
  const adopted = await adoptAttempts(tx, {
    agent: name,
    labels,
    known,
    leaseSeconds: LEASE_SECONDS,
  });
  const due = limit > 0 ? await lockDueRuns(tx, labels, limit) : [];
  return { claimed: await claimRuns(tx, name, due, now), adopted };
}

function checkKnown(known: readonly string[]): readonly string[] {
  if (known.length > MOST_KNOWN) {
    throw refusal("input.known", known.length, `at most ${MOST_KNOWN} attempts`);
  }
  return known.filter(isUuid);
}

async function lockRun(tx: Db, id: string): Promise<FlowRunRow> {
  if (!(await findFlowRun(tx, checkId("flow run", id)))) throw notFound("flow run", id);
  return lockFlowRun(tx, id);
}

/**
 * This run alone, whatever its labels: whoever names it means it. One that the agent has claimed already, or that
 * nobody looks after, is adopted. Throws `STATE_CONFLICT`.
 */
async function claimRun(tx: Db, agent: string, run: FlowRunRow, now: Date): Promise<ClaimedWork> {
  if (run.stateType !== "Scheduled") {
    const adopted = await adoptAttemptOf(tx, agent, run, LEASE_SECONDS);
    if (adopted.length > 0) return { claimed: [], adopted };
    throw notClaimable(run, await whyNot(tx, run));
  }
  if (run.scheduledStartTime > now)
    throw notClaimable(run, `it is due at ${run.scheduledStartTime.toISOString()}`);
  return { claimed: await claimRuns(tx, agent, [run], now), adopted: [] };
}

async function whyNot(tx: Db, { id, stateType }: FlowRunRow): Promise<string> {
  const last = (await attemptsOf(tx, [id])).at(-1);
  if (!last || last.endedAt) return `it is ${stateType}`;
  return `it is ${stateType}, and the agent ${JSON.stringify(last.agentName)} looks after it`;
}

function notClaimable({ id, name, stateType }: FlowRunRow, why: string): SlipwayError {
  return new SlipwayError("STATE_CONFLICT", `Flow run ${name} (${id}) cannot be claimed: ${why}`, {
    flowRunId: id,
    stateType,
  });
}

async function claimRuns(
  tx: Db,
  name: string,
  runs: readonly FlowRunRow[],
  now: Date,
): Promise<readonly AttemptRow[]> {
  if (runs.length === 0) return [];
  const submitted: State = {
    type: "Submitted",
    timestamp: now.toISOString(),
    message: `The agent ${name} launches the run`,
  };
  const claims = runs.map((run) => ({
    attemptId: uuidv7(),
    flowRunId: run.id,
    number: run.attempt + 1,
    stateVersion: run.stateVersion + 1,
  }));
  const state = JSON.stringify(submitted);
  const attempts = await insertClaims(tx, claims, { name, leaseSeconds: LEASE_SECONDS, state });
  await notifyRuns(
    tx,
    runs.map(({ id }) => id),
  );
  return attempts;
}

/** Keeps the leases of the attempts that are still this agent's; answers their ids. */
export async function renewLeases(
  tx: Db,
  agent: string,
  ids: readonly string[],
): Promise<string[]> {
  await touchAgent(tx, agent);
  return renewLeasesInDb(tx, agent, ids.filter(isUuid), LEASE_SECONDS);
}
