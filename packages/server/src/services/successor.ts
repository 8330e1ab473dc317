import type { Infrastructure, State } from "@slipway/core";
import { lockFlowRun, updateFlowRun } from "../db/flow-runs.ts";
import type { AttemptRow, Db } from "../db/rows.ts";
import { insertSuccessor, successorsOf } from "../db/successors.ts";
import { uuidv7 } from "../ids.ts";
import type { LockedAttempt } from "./current-attempt.ts";
import { LEASE_SECONDS } from "./lease.ts";
import { moveFlowRun } from "./move-flow-run.ts";
import { scheduleAgain } from "./schedule-again.ts";

/** What people call the platforms that start a process once more. */
const PLATFORMS: Readonly<Record<string, string>> = { KubernetesJob: "Kubernetes" };

/** Takes the run to its next attempt, which has been launched already. */
export async function goOn(
  tx: Db,
  locked: LockedAttempt,
  { kind }: Infrastructure,
  { cause, now }: { readonly cause: string; readonly now: Date },
): Promise<void> {
  const { attempt, run } = locked;
  const platform = PLATFORMS[kind] ?? "the platform";
  const reason = `${platform} starts the run once more after ${cause}`;
  await scheduleAgain(tx, locked, { startAt: now, reason }, now);
  const number = attempt.number + 1;
  await updateFlowRun(tx, run.id, { attempt: number });
  const submitted: State = {
    type: "Submitted",
    timestamp: now.toISOString(),
    message: `The agent ${attempt.agentName} looks after what ${platform} starts`,
  };
  await moveFlowRun(tx, await lockFlowRun(tx, run.id), number, [submitted]);
}

/** Opens the attempt that {@link goOn} has taken the run to. */
export async function openSuccessor(
  tx: Db,
  ended: AttemptRow,
  infrastructure: Infrastructure,
): Promise<void> {
  await insertSuccessor(tx, ended, {
    id: uuidv7(),
    infrastructure: JSON.stringify(infrastructure),
    leaseSeconds: LEASE_SECONDS,
  });
}

/** True where the agent has said already that the attempt has ended and is gone on with. */
export async function wasGoneOnWith(
  tx: Db,
  { attempt }: LockedAttempt,
  agent: string,
): Promise<boolean> {
  if (!attempt.endedAt || attempt.agentName !== agent) return false;
  return (await successorsOf(tx, [attempt.id])).length > 0;
}
