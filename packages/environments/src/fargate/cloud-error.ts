import { isSlipwayError, type JsonObject, messageOf, SlipwayError } from "@slipway/core";
import type { Scrubber } from "../scrub.ts";
import type { Cause } from "./causes.ts";
import { type Classified, classify } from "./classify.ts";
import { networkReason, statusOf } from "./network-reason.ts";

export interface CloudCall {
  /** The service as AWS names it, for example `ECS`. */
  readonly service: string;
  /** For example `RunTask`. */
  readonly operation: string;
  /** The endpoint's origin where one is set, otherwise that of the region's service. */
  readonly endpoint: string;
  readonly scrubber: Scrubber;
}

/**
 * Turns whatever a call of the AWS SDK threw into one of ours, in AWS's words but without an argument's value in
 * them. The details' `cause` and `nature` say what it means. An answer that did not come, and a failure of AWS's
 * own (5xx), are `CLOUD_UNREACHABLE`: whether what was asked for has happened is open then.
 */
export function toCloudError(thrown: unknown, call: CloudCall): SlipwayError {
  if (isSlipwayError(thrown)) return thrown;
  const name = thrown instanceof Error ? thrown.name : "Error";
  const message = call.scrubber.text(messageOf(thrown));
  // The SDK's own error carries the request with its signature, so a clean one goes along.
  const cause = Object.assign(new Error(message), { name });
  const network = networkReason(thrown);
  if (network !== undefined) return unreachable(call.scrubber.text(network), call, cause);
  if (thrown instanceof TypeError || thrown instanceof RangeError) return fault(call, cause);
  if (/region is missing/i.test(message)) return regionMissing(call, cause);
  // By what AWS said, not by what is left of it: an argument may be a word of AWS's own.
  const classified = classify(namedByStatus(thrown, name), messageOf(thrown));
  const open = classified.nature === "transient" || isUnknownServerFault(thrown, classified);
  return open ? failed(call, cause) : refused(classified, call, cause);
}

/** Makes a call of the AWS SDK and turns what it throws into an error of ours. */
export async function cloudCall<T>(call: CloudCall, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw toCloudError(error, call);
  }
}

/** The answer came, but holds nothing: as open as one that did not come. */
export function emptyAnswer(operation: string): SlipwayError {
  return new SlipwayError(
    "CLOUD_UNREACHABLE",
    `AWS ECS answered ${operation} with nothing; try again in a minute`,
    { operation, reason: "an empty answer", ...facts("Unreachable") },
  );
}

/** The `cause` that an error of the cloud carries in its details. */
export function causeOf(error: unknown): unknown {
  return isSlipwayError(error) ? error.details["cause"] : undefined;
}

/** The name of AWS's exception behind an error. */
export function exceptionOf(error: unknown): unknown {
  return isSlipwayError(error, "CLOUD_REFUSED") ? error.details["exception"] : undefined;
}

function refused({ cause, nature, advice }: Classified, call: CloudCall, error: Error) {
  const { service, operation } = call;
  const { name, message } = error;
  const details: JsonObject = { operation, exception: name, message, cause, nature };
  // No call has been made where the SDK finds nothing to sign it with.
  const what = /^(Credentials|Token)ProviderError/.test(name)
    ? `No AWS credentials are found for ${operation}`
    : `AWS ${service} refused ${operation}`;
  return new SlipwayError(
    "CLOUD_REFUSED",
    `${what}: ${name}: ${message.replace(/\.$/, "")}${advice === undefined ? "" : `; ${advice}`}`,
    details,
    { cause: error },
  );
}

/** AWS answered that it failed, or answered in words that make no sense. */
function failed({ service, operation, endpoint }: CloudCall, error: Error): SlipwayError {
  const reason = `${error.name}: ${error.message.replace(/\.$/, "")}`;
  return new SlipwayError(
    "CLOUD_UNREACHABLE",
    `AWS ${service} failed at ${operation}: ${reason}; try again in a minute`,
    { operation, endpoint, reason, ...facts("Unreachable") },
    { cause: error },
  );
}

/** A gateway in front of AWS names no exception, but the status of "too many requests" is one for all. */
function namedByStatus(thrown: unknown, name: string): string {
  return statusOf(thrown) === 429 ? "TooManyRequestsException" : name;
}

/** A 5xx whose name is in no table. */
function isUnknownServerFault(thrown: unknown, { cause }: Classified): boolean {
  return (
    cause === "Refused" &&
    thrown instanceof Error &&
    "$fault" in thrown &&
    thrown.$fault === "server"
  );
}

function unreachable(reason: string, call: CloudCall, cause: Error): SlipwayError {
  const { service, operation, endpoint } = call;
  return new SlipwayError(
    "CLOUD_UNREACHABLE",
    `No ${service} answers at ${endpoint} (${operation}: ${reason}); check that it runs and that the agent's network reaches it`,
    { operation, endpoint, reason, ...facts("Unreachable") },
    { cause },
  );
}

/** No answer of AWS at all, but a wrong use of its SDK. */
function fault({ operation }: CloudCall, cause: Error): SlipwayError {
  const words = `${operation} could not be sent: ${cause.message} (this is a fault in Slipway)`;
  return new SlipwayError("INTERNAL", words, { operation }, { cause });
}

function regionMissing({ operation }: CloudCall, cause: Error): SlipwayError {
  return new SlipwayError(
    "ENVIRONMENT_NOT_LAUNCHABLE",
    "No AWS region is known; give `region` in the flow's environment, or set AWS_REGION where the agent runs",
    { operation, path: "region", cause: "RegionMissing" satisfies Cause, nature: "permanent" },
    { cause },
  );
}

function facts(cause: "Unreachable"): JsonObject {
  return { cause, nature: "transient" };
}
