import { SlipwayError } from "@slipway/core";

/** The exceptions of the ECS and CloudWatch Logs APIs (and of AWS's JSON protocol) that are answered here. */
export type AwsException =
  | "ClientException"
  | "ClusterContainsTasksException"
  | "ClusterNotFoundException"
  | "ConflictException"
  | "InvalidParameterException"
  | "MissingAuthenticationTokenException"
  | "PlatformUnknownException"
  | "ResourceAlreadyExistsException"
  | "ResourceNotFoundException"
  | "SerializationException"
  | "ServiceNotFoundException"
  | "ServerException"
  | "UnknownOperationException";

/** Why a request is refused, in AWS's words. */
export interface Refusal {
  readonly exception: AwsException;
  readonly message: string;
  /** Further fields of the exception, for example `resourceIds`. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export function refusal(
  exception: AwsException,
  message: string,
  fields?: Refusal["fields"],
): Refusal {
  return fields === undefined ? { exception, message } : { exception, message, fields };
}

/** Looks at one thing of a request; a table of these is tried in order. */
export type Rule<Subject> = (subject: Subject) => Refusal | undefined;

export function firstRefusal<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
): Refusal | undefined {
  for (const rule of rules) {
    const found = rule(subject);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A refusal as the error that ends the request; the protocol turns it into AWS's answer. */
export function toError(found: Refusal): SlipwayError {
  return new SlipwayError("CLOUD_REFUSED", found.message, {
    exception: found.exception,
    ...found.fields,
  });
}

export function assertAccepted(found: Refusal | undefined): void {
  if (found !== undefined) throw toError(found);
}
