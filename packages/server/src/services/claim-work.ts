import type { State } from "@slipway/core";
import { saveAgent, touchAgent } from "../db/agents.ts";
import {
  adoptAttempts,
  insertClaims,
  lockDueRuns,
  renewLeases as renewLeasesInDb,
} from "../db/claims.ts";
import { notifyRun } from "../db/notifications.ts";
import type { AttemptRow, Db } from "../db/rows.ts";
import { isUuid, uuidv7 } from "../ids.ts";
import { checkLabels, checkName, refusal } from "./input.ts";

/** How long an agent may stay silent before another one takes over what it looked after. */
export const LEASE_SECONDS = 30;

const MOST_CLAIMS = 100;

export interface ClaimedWork {
  readonly claimed: readonly AttemptRow[];
  readonly adopted: readonly AttemptRow[];
}

/** Gives an agent the attempts that it must look after, and then new runs: each run to one agent, once. */
export async function claimWork(
  tx: Db,
  input: { readonly agent: string; readonly labels: readonly string[]; readonly limit: number },
  now: Date,
): Promise<ClaimedWork> {
  const name = checkName("input.agent", input.agent);
  const labels = checkLabels("input.labels", input.labels);
  const { limit } = input;
  if (limit < 0 || limit > MOST_CLAIMS) throw refusal("input.limit", limit, `0 to ${MOST_CLAIMS}`);
  await saveAgent(tx, { id: uuidv7(), name, labels });
  const adopted = await adoptAttempts(tx, name, labels, LEASE_SECONDS);
  const claimed = limit > 0 ? await claimDue(tx, { name, labels, limit }, now) : [];
  return { claimed, adopted };
}

async function claimDue(
  tx: Db,
  agent: { readonly name: string; readonly labels: readonly string[]; readonly limit: number },
  now: Date,
): Promise<readonly AttemptRow[]> {
  const runs = await lockDueRuns(tx, agent.labels, agent.limit);
  if (runs.length === 0) return [];
  const submitted: State = {
    type: "Submitted",
    timestamp: now.toISOString(),
    message: `The agent ${agent.name} launches the run`,
  };
  const claims = runs.map((run) => ({
    attemptId: uuidv7(),
    flowRunId: run.id,
    number: run.attempt + 1,
    stateVersion: run.stateVersion + 1,
  }));
  const state = JSON.stringify(submitted);
  const attempts = await insertClaims(tx, claims, { ...agent, leaseSeconds: LEASE_SECONDS, state });
  for (const run of runs) await notifyRun(tx, run.id);
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
