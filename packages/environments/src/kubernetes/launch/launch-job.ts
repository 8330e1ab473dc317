import { isSlipwayError, type JsonObject, SlipwayError } from "@slipway/core";
import { textOf } from "../../plain-read.ts";
import type { FieldValidation } from "../kubernetes-arguments.ts";
import { objectOf } from "../read-job.ts";
import { identityOf, isOf, type LaunchCalls } from "./launch-calls.ts";

export interface WantedLaunch {
  readonly attemptId: string;
  readonly secret: JsonObject;
  readonly job: JsonObject;
  readonly fieldValidation: FieldValidation;
}

export interface LaunchedJob {
  readonly job: JsonObject;
  /** What the cluster says of what it took. */
  readonly warnings: readonly string[];
}

/**
 * Makes the Secret, then the Job, then lets the Job own the Secret. It may be stopped between any two of these and said
 * again, by this agent or another: what is there of the attempt is gone on with. Where the cluster takes the Job not, or
 * not as the Secret's owner, nothing is left.
 */
export async function launchJob(calls: LaunchCalls, wanted: WantedLaunch): Promise<LaunchedJob> {
  const launched = await obtainJob(calls, wanted);
  try {
    await calls.own(identityOf(wanted.secret).name, launched.job);
  } catch (error) {
    // The Job runs: it is not taken away for a call that another moment allows.
    if (isPassing(error)) throw unsettled(error);
    if (isForGood(error)) {
      await calls.deleteJob(identityOf(launched.job));
      await removeSecret(calls, wanted);
    }
    throw error;
  }
  return launched;
}

async function obtainJob(calls: LaunchCalls, wanted: WantedLaunch): Promise<LaunchedJob> {
  const before = await obtainSecret(calls, wanted);
  if (before !== undefined) return { job: before, warnings: [] };
  try {
    const { body, warnings } = await calls.createJob(wanted.job, wanted.fieldValidation);
    return { job: body, warnings };
  } catch (error) {
    const there = isTaken(error) ? await calls.job(identityOf(wanted.job).name) : undefined;
    if (there !== undefined && isOf(there, wanted.attemptId)) return { job: there, warnings: [] };
    if (isForGood(error)) await removeSecret(calls, wanted);
    throw error;
  }
}

/** Answers the attempt's Job where that is there already: the Secret that it has is the right one then. */
async function obtainSecret(
  calls: LaunchCalls,
  wanted: WantedLaunch,
): Promise<JsonObject | undefined> {
  try {
    await calls.createSecret(wanted.secret);
    return undefined;
  } catch (error) {
    if (!isTaken(error)) throw error;
    const there = await calls.secret(identityOf(wanted.secret).name);
    if (there !== undefined && !isOf(there, wanted.attemptId)) throw error;
    const job = await calls.job(identityOf(wanted.job).name);
    if (job !== undefined && isOf(job, wanted.attemptId)) return job;
    await replaceSecret(calls, there, wanted.secret);
    return undefined;
  }
}

async function replaceSecret(
  calls: LaunchCalls,
  there: JsonObject | undefined,
  wanted: JsonObject,
): Promise<void> {
  if (there !== undefined && hasToken(there, wanted)) return;
  if (there !== undefined) await calls.deleteSecret(identityOf(there));
  await calls.createSecret(wanted);
}

/** An earlier claim of the attempt may have had another token, and a Secret cannot be changed. */
function hasToken(there: JsonObject, wanted: JsonObject): boolean {
  const kept = textOf(objectOf(there["data"])["token"]) ?? "";
  const given = textOf(objectOf(wanted["stringData"])["token"]) ?? "";
  return Buffer.from(kept, "base64").toString("utf8") === given;
}

/** The first failure is the one to be told, so what cannot be cleaned up here is left to who collects garbage. */
async function removeSecret(
  calls: LaunchCalls,
  { secret, attemptId }: WantedLaunch,
): Promise<void> {
  try {
    const there = await calls.secret(identityOf(secret).name);
    if (there !== undefined && isOf(there, attemptId)) await calls.deleteSecret(identityOf(there));
  } catch {}
}

/** What was asked for has not happened, as opposed to an answer that was lost. */
function isForGood(error: unknown): boolean {
  return isSlipwayError(error, "CLOUD_REFUSED");
}

/** Asked too often, or at once with somebody else. */
function isPassing(error: unknown): error is SlipwayError {
  if (!isSlipwayError(error, "CLOUD_REFUSED")) return false;
  const { nature, exception } = error.details;
  return nature === "throttled" || exception === "Conflict";
}

/** As if no answer had come, so that what is there already is looked for before anything else. */
function unsettled({ message, details }: SlipwayError): SlipwayError {
  return new SlipwayError("CLOUD_UNREACHABLE", message, { ...details, reason: message });
}

function isTaken(error: unknown): boolean {
  return isSlipwayError(error) && error.details["exception"] === "AlreadyExists";
}
