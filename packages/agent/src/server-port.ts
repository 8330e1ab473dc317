import type { Claim, EndedAttempt, SlipwayClient } from "@slipway/client";
import { type Infrastructure, isPlainObject, isSlipwayError, type JsonObject } from "@slipway/core";
import type { RunName } from "./events.ts";

/** What an agent asks of the server. */
export type AgentServer = Pick<
  SlipwayClient,
  | "server"
  | "claimWork"
  | "renewLeases"
  | "beginLaunch"
  | "claimDefinition"
  | "recordDefinition"
  | "forgetDefinition"
  | "recordInfrastructure"
  | "recordObservation"
  | "endAttempt"
  | "recordContainerLogs"
  | "subscribeWorkAvailable"
>;

/** What was launched for a claim already, as far as it has been recorded. */
export function launchedFor({ attempt: { infrastructure } }: Claim): Infrastructure | undefined {
  if (!isPlainObject(infrastructure)) return undefined;
  const { kind, id, details } = infrastructure;
  if (typeof kind !== "string" || typeof id !== "string") return undefined;
  // It came as JSON.
  return { kind, id, details: isPlainObject(details) ? (details as JsonObject) : {} };
}

/** Something of the attempt was launched already, or may have been. */
export function mayBeRunning(claim: Claim): boolean {
  const { begunVariant, bootstrapToken } = claim;
  return begunVariant !== null || bootstrapToken === null || launchedFor(claim) !== undefined;
}

/** The claim on what goes on where an attempt has ended so; undefined where nothing does, or that has ended too. */
export function claimOfSuccessor(
  claim: Claim,
  { diagnosis, successor }: EndedAttempt,
): Claim | undefined {
  if (successor === null || successor.endedAt !== null) return undefined;
  const cause = isPlainObject(diagnosis) ? diagnosis["cause"] : undefined;
  const earlier = typeof cause === "string" ? [...claim.earlier, cause] : claim.earlier;
  return { ...claim, attempt: successor, earlier };
}

/** Somebody asked for the end of the claim's run. */
export function isToBeCancelled({ flowRun }: Claim): boolean {
  return flowRun.stateType === "Cancelling";
}

/** Somebody else looks after the attempt now, or it has ended. */
export function isSuperseded(error: unknown): boolean {
  return isSlipwayError(error, "ATTEMPT_SUPERSEDED") || isSlipwayError(error, "NOT_FOUND");
}

/** How events call the run of a claim. */
export function nameOf({ attempt, flowRun }: Claim): RunName {
  return {
    flowRunId: flowRun.id,
    flowRunName: flowRun.name,
    flow: flowRun.flowVersion.flow.name,
    attempt: attempt.number,
    attemptId: attempt.id,
  };
}
