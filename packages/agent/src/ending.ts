import type { EndAttemptInput, EndedAttempt } from "@slipway/client";
import {
  type Cost,
  type Diagnosis,
  type EnvironmentLauncher,
  type Infrastructure,
  isSlipwayError,
  type RetryDecision,
  type Timeline,
} from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { diagnoseFailure, shortened } from "./failure-diagnosis.ts";
import { nameOf } from "./server-port.ts";
import type { Stopped } from "./watch.ts";

/** How many of its last lines are kept with an attempt that did not end well. */
const LOG_TAIL_LINES = 200;
const LONGEST_LINE = 2_000;
/** Lines are a help to the reader, and nothing to hold up an end for. */
const LOG_TAIL_MS = 15_000;

const OPTIONAL_PARTS = ["timeline", "cost", "logTail", "retry"] as const;

/** All that is recorded of an attempt's end. */
export interface Ending {
  readonly diagnosis: Diagnosis;
  readonly retry?: RetryDecision | undefined;
  readonly timeline?: Timeline | undefined;
  readonly cost?: Cost | undefined;
  readonly logTail?: readonly string[] | undefined;
  /** What the platform itself goes on with; then there is no other retry. */
  readonly successor?: Infrastructure | undefined;
}

/** How an attempt ended whose infrastructure was seen to have stopped. */
export async function endingOfStopped(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
  { diagnosis, timeline, cost, successor }: Stopped,
): Promise<Ending> {
  const logTail = endedWell(diagnosis) ? [] : await readLogTail(attempt, launcher, infrastructure);
  const seen = { timeline, cost, logTail };
  if (attempt.isCancelled) return { ...seen, diagnosis: cancelled(diagnosis) };
  if (successor !== undefined) return { ...seen, diagnosis, successor };
  return { ...seen, diagnosis, retry: decide(attempt, launcher, diagnosis) };
}

/** The same, where the server wants nothing to go on, and what did was stopped. */
export function endingOfUnwanted(
  attempt: Attempt,
  { diagnosis, timeline, logTail }: Ending,
  stopped: Stopped,
): Ending {
  return {
    diagnosis: attempt.isCancelled ? cancelled(diagnosis) : diagnosis,
    timeline: { ...timeline, ...stopped.timeline },
    cost: stopped.cost,
    logTail,
  };
}

/** How an attempt ended that could not be launched. */
export function endingOfFailure(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  error: unknown,
): Ending {
  return endingWithoutTask(attempt, launcher, diagnoseFailure(error));
}

/** How an attempt ended of which nothing runs, or nothing is to be found any more. */
export function endingWithoutTask(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  diagnosis: Diagnosis,
): Ending {
  if (attempt.isCancelled) return { diagnosis };
  return { diagnosis, retry: decide(attempt, launcher, diagnosis) };
}

/** Says to the server that the attempt has ended, as often as it takes. */
export async function end(attempt: Attempt, ending: Ending): Promise<EndedAttempt> {
  const { claim, workshop } = attempt;
  const { timeline, cost, logTail, retry, successor } = ending;
  const diagnosis = shortened(ending.diagnosis);
  // One moment for all tries.
  const startAt = new Date(Date.now() + (retry?.delayMs ?? 0)).toISOString();
  const record = await say(attempt, {
    agent: workshop.agent,
    attemptId: attempt.id,
    diagnosis,
    timeline,
    cost,
    logTail,
    retry: retry && { startAt, reason: retry.reason, unlessStarted: retry.unlessStarted },
    successor,
  });
  if (unwantedAfter(ending, record)) return record;
  const { cause, message } = diagnosis;
  workshop.tell({ kind: "ended", run: nameOf(claim), cause, message });
  return record;
}

/** What the platform goes on with where nobody wants it to: the attempt is open until that was stopped. */
export function unwantedAfter(
  { successor }: Ending,
  record: EndedAttempt,
): Infrastructure | undefined {
  return record.successor === null ? successor : undefined;
}

/** A part that the server does not take must not keep the attempt from ending: it is left out. */
async function say(attempt: Attempt, input: EndAttemptInput): Promise<EndedAttempt> {
  const doing = "recording the end";
  try {
    return await attempt.persist(doing, () => attempt.workshop.server.endAttempt(input));
  } catch (error) {
    const part = refusedPart(error);
    if (part === undefined || input[part] === undefined) throw error;
    attempt.trouble(doing, error);
    return say(attempt, { ...input, [part]: undefined });
  }
}

function refusedPart(error: unknown) {
  if (!isSlipwayError(error, "INVALID_ARGUMENT")) return undefined;
  const path = String(error.details["path"]);
  return OPTIONAL_PARTS.find((part) => path.startsWith(`input.${part}`));
}

function decide(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  diagnosis: Diagnosis,
): RetryDecision | undefined {
  try {
    return launcher.retryAfter(diagnosis, attempt.request());
  } catch (error) {
    // A policy that cannot be read must not keep the attempt from ending.
    attempt.trouble("deciding on another attempt", error);
    return undefined;
  }
}

/** How what runs for a cancelled run ends: by itself, or stopped by its agent. */
const EXPECTED = ["EssentialContainerExited", "UserInitiated", "JobDeleted"];

function cancelled({ cause, message, evidence }: Diagnosis): Diagnosis {
  const more = EXPECTED.includes(cause) ? "" : ` (${message})`;
  return {
    cause: "Cancelled",
    message: `The run was cancelled, and what ran for it has stopped${more}`,
    evidence: { ...evidence, stoppedAs: cause },
  };
}

/** The run's own container ended by itself and reported no failure. */
function endedWell({ cause, evidence }: Diagnosis): boolean {
  if (cause !== "EssentialContainerExited") return false;
  const { containers } = evidence;
  const [first] = Array.isArray(containers) ? containers : [];
  return (
    typeof first === "object" && first !== null && "exitCode" in first && first["exitCode"] === 0
  );
}

async function readLogTail(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
): Promise<readonly string[]> {
  const request = attempt.request();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it took too long")), LOG_TAIL_MS);
  });
  try {
    const lines = await Promise.race([
      launcher.logTail(infrastructure, request, LOG_TAIL_LINES),
      late,
    ]);
    return lines.slice(-LOG_TAIL_LINES).map((line) => line.slice(0, LONGEST_LINE));
  } catch (error) {
    attempt.trouble("reading the last lines of its log", error);
    return [];
  } finally {
    clearTimeout(timer);
  }
}
