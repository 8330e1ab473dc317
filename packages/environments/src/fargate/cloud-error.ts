import { isSlipwayError, type JsonObject, messageOf, SlipwayError } from "@slipway/core";
import type { Scrubber } from "../scrub.ts";

export interface CloudCall {
  /** For example `RunTask`. */
  readonly operation: string;
  /** The endpoint's origin where one is set, otherwise that of the region's ECS. */
  readonly endpoint: string;
  readonly scrubber: Scrubber;
}

interface Advice {
  readonly exception: RegExp;
  readonly message?: RegExp;
  readonly advice: string;
}

const CREDENTIALS =
  "check the credentials that the environment names, or those that the agent finds where it runs";

/** What to do about the exceptions that are known, most telling first. */
const ADVICE: readonly Advice[] = [
  {
    exception: /^ClusterNotFound/,
    advice: "create the cluster, or correct `cluster` in the flow's environment",
  },
  {
    exception: /^ClientException$/,
    message: /No Fargate configuration exists/i,
    advice: "give a `cpu` and `memory` pair that Fargate has",
  },
  {
    exception: /^ClientException$/,
    message: /inactive|Unable to (find|describe) task definition/i,
    advice: "register a definition that is active, or leave `taskDefinition` out",
  },
  {
    exception: /^InvalidParameterException$/,
    message: /does not support launch_type FARGATE/i,
    advice:
      'give `requiresCompatibilities: ["FARGATE"]` and `networkMode: "awsvpc"` in the flow\'s environment',
  },
  {
    exception: /^InvalidParameterException$/,
    message: /Override for container/i,
    advice: "name the flow's container first in `overrides.containerOverrides`",
  },
  {
    exception: /^InvalidParameterException$/,
    message: /rate exceeded|throttl/i,
    advice: "AWS limits how often this may be asked; try again in a minute",
  },
  {
    exception:
      /^(InvalidParameter|Client|PlatformUnknown|UnsupportedFeature|PlatformTaskDefinition|Serialization|Validation)/,
    advice: "correct what AWS names in the flow's environment, and register the flow again",
  },
  {
    exception: /^(AccessDenied|NotAuthorized|UnauthorizedOperation)/,
    advice: "allow the action to the identity that the environment or the agent uses",
  },
  {
    exception:
      /^(UnrecognizedClient|InvalidSignature|ExpiredToken|IncompleteSignature|InvalidClientTokenId|MissingAuthenticationToken|CredentialsProviderError|TokenProviderError)/,
    advice: CREDENTIALS,
  },
  {
    exception:
      /^(Throttling|TooManyRequests|RequestLimitExceeded|LimitExceeded|ServerException|Service)/,
    advice: "try again in a minute; ask AWS for a higher quota if it stays",
  },
  {
    exception: /^Conflict/,
    advice: "the attempt was launched before with other arguments; create a new flow run",
  },
];

const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
]);

/** Turns whatever a call of the AWS SDK threw into one of ours, in AWS's words but without an argument's value in them. */
export function toCloudError(thrown: unknown, call: CloudCall): SlipwayError {
  if (isSlipwayError(thrown)) return thrown;
  const name = thrown instanceof Error ? thrown.name : "Error";
  const message = call.scrubber.text(messageOf(thrown));
  // The SDK's own error carries the request with its signature, so a clean one goes along.
  const cause = Object.assign(new Error(message), { name });
  const network = networkReason(thrown, name);
  if (network !== undefined) return unreachable(call.scrubber.text(network), call, cause);
  if (thrown instanceof TypeError || thrown instanceof RangeError) return fault(call, cause);
  if (/region is missing/i.test(message)) return regionMissing(call, cause);
  const advice = ADVICE.find((row) => applies(row, name, message))?.advice;
  const details: JsonObject = { operation: call.operation, exception: name, message };
  return new SlipwayError(
    "CLOUD_REFUSED",
    `AWS ECS refused ${call.operation}: ${name}: ${message.replace(/\.$/, "")}${advice === undefined ? "" : `; ${advice}`}`,
    details,
    { cause },
  );
}

function applies({ exception, message }: Advice, name: string, text: string): boolean {
  return exception.test(name) && (message === undefined || message.test(text));
}

function unreachable(reason: string, { operation, endpoint }: CloudCall, cause: Error) {
  return new SlipwayError(
    "CLOUD_UNREACHABLE",
    `No ECS answers at ${endpoint} (${operation}: ${reason}); check that it runs and that the agent's network reaches it`,
    { operation, endpoint, reason },
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
    { operation, path: "region" },
    { cause },
  );
}

/** Node's words for a broken connection stand one cause deep, or in an AggregateError when a host has two addresses. */
function networkReason(thrown: unknown, name: string): string | undefined {
  if (name === "TimeoutError" || name === "RequestTimeout") return "no answer in time";
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (hasNetworkCode(error)) return error.message || networkWords(error) || error.code;
  }
  return undefined;
}

function networkWords(error: Error): string | undefined {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : undefined;
}

function hasNetworkCode(error: Error): error is Error & { readonly code: string } {
  return "code" in error && typeof error.code === "string" && NETWORK_CODES.has(error.code);
}
