import type { FailureNature } from "../failure-nature.ts";
import type { Cause } from "./causes.ts";

export interface Classified {
  readonly cause: Cause;
  readonly nature: FailureNature;
  /** What to do, as the rest of a sentence. */
  readonly advice?: string;
}

interface Row extends Classified {
  /** The name of the exception; any where it is left out. */
  readonly exception?: RegExp;
  /** AWS's words, or the `reason` of a failure; any where it is left out. */
  readonly says?: RegExp;
}

const CREDENTIALS =
  "check the credentials that the environment names, or those that the agent finds where it runs";
const CORRECT = "correct what AWS names in the flow's environment, and register the flow again";
const WAIT = "AWS limits how often this may be asked; try again in a minute";
const ROOM = "wait for room, give the cluster more, or let the task need less";

/**
 * What AWS says, most telling first. Words come before names: EC2's rate limit arrives inside an
 * InvalidParameterException, a full account inside a ClientException, and the like.
 */
const ROWS: readonly Row[] = [
  // A full account, which comes as a ThrottlingException, too.
  {
    says: /reached the limit (on|of) .*(tasks?|vCPUs?|resources?)/i,
    cause: "Capacity",
    nature: "capacity",
    advice: "wait for other tasks to end, or ask AWS for a higher Fargate quota",
  },
  // Asked too often.
  {
    says: /RequestLimitExceeded|Request limit exceeded|rate exceeded|exceeded your maximum API request rate|throttl|TooManyRequests/i,
    cause: "Throttled",
    nature: "throttled",
    advice: WAIT,
  },
  {
    says: /Too many concurrent attempts to create a new revision/i,
    cause: "Throttled",
    nature: "throttled",
    advice: "others register under the same family at this moment; try again in a few seconds",
  },
  {
    exception:
      /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|ProvisionedThroughputExceeded|BandwidthLimitExceeded|SlowDown|PriorRequestNotComplete)/,
    cause: "Throttled",
    nature: "throttled",
    advice: `${WAIT}; ask AWS for a higher quota if it stays`,
  },
  // No room.
  {
    says: /Capacity is unavailable at this time/i,
    cause: "Capacity",
    nature: "capacity",
    advice: "wait, or let the task run in other availability zones (subnets) or on demand",
  },
  {
    says: /provisioning capacity limit exceeded/i,
    cause: "Capacity",
    nature: "capacity",
    advice: "wait until the cluster's capacity providers have started what they were asked for",
  },
  {
    says: /No Container Instances were found/i,
    cause: "Capacity",
    nature: "capacity",
    advice:
      'wait for the cluster to get instances, or give `launchType: "FARGATE"`, which needs none',
  },
  {
    says: /^(EMPTY CAPACITY PROVIDER|NO ACTIVE INSTANCES)\b/i,
    cause: "Capacity",
    nature: "capacity",
    advice: "wait until the cluster has instances again, or name another capacity provider",
  },
  { says: /^RESOURCE:/, cause: "Capacity", nature: "capacity", advice: ROOM },
  {
    says: /^AGENT\b/,
    cause: "Capacity",
    nature: "capacity",
    advice: "wait until the ECS agent on the cluster's instances is connected again",
  },
  // Not there.
  {
    exception: /^ClusterNotFound/,
    cause: "ClusterNotFound",
    nature: "permanent",
    advice: "create the cluster, or correct `cluster` in the flow's environment",
  },
  {
    says: /referenced cluster was inactive|Cluster not found/i,
    cause: "ClusterNotFound",
    nature: "permanent",
    advice: "create the cluster, or correct `cluster` in the flow's environment",
  },
  {
    says: /InvalidSubnetID|subnet ID .*does not exist/i,
    cause: "SubnetNotFound",
    nature: "permanent",
    advice:
      "correct `networkConfiguration.awsvpcConfiguration.subnets`, which must be in the same region and account",
  },
  {
    says: /InvalidGroup|InvalidSecurityGroup|security groups? .*(do|does) not exist|not in the same VPC/i,
    cause: "SecurityGroupNotFound",
    nature: "permanent",
    advice:
      "correct `networkConfiguration.awsvpcConfiguration.securityGroups`, which must be in the VPC of the subnets",
  },
  {
    exception: /^(ClientException|InvalidParameterException)$/,
    says: /(TaskDefinition|task definition)\b.*\b(inactive|not found)|Unable to (find|describe) task definition/i,
    cause: "DefinitionInactive",
    nature: "permanent",
    advice: "register a definition that is active, or leave `taskDefinition` out",
  },
  // Roles and rights.
  {
    says: /iam:PassRole/i,
    cause: "AccessDenied",
    nature: "permanent",
    advice:
      "allow `iam:PassRole` for `taskRoleArn` and `executionRoleArn` to the identity that launches",
  },
  {
    says: /service[- ]linked role/i,
    cause: "RoleUnavailable",
    nature: "permanent",
    advice:
      "create it once for the account: `aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com`",
  },
  {
    says: /unable to assume (the )?role|Role is not valid|role .*(cannot be assumed|does not exist)/i,
    cause: "RoleUnavailable",
    nature: "permanent",
    advice:
      "check that the role is there and that its trust policy names `ecs-tasks.amazonaws.com` as principal",
  },
  {
    exception: /^(AccessDenied|NotAuthorized|UnauthorizedOperation)/,
    cause: "AccessDenied",
    nature: "permanent",
    advice: "allow the action to the identity that the environment or the agent uses",
  },
  {
    says: /not authorized to perform|UnauthorizedOperation|AuthFailure/i,
    cause: "AccessDenied",
    nature: "permanent",
    advice: "allow the action to the identity that the environment or the agent uses",
  },
  {
    exception: /^(CredentialsProviderError|TokenProviderError)/,
    says: /(response received|TimeoutError) from .*metadata|connect to .*metadata service|timed out|responded with status: (429|5\d\d)/i,
    cause: "Unreachable",
    nature: "transient",
    advice: "try again in a minute",
  },
  {
    exception: /^(CredentialsProviderError|TokenProviderError|MissingAuthenticationToken)/,
    cause: "CredentialsMissing",
    nature: "permanent",
    advice: CREDENTIALS,
  },
  {
    exception: /^(RequestExpired|RequestTimeTooSkewed)/,
    cause: "CredentialsInvalid",
    nature: "permanent",
    advice: "set the clock of the agent's machine",
  },
  {
    says: /Signature (expired|not yet current)/i,
    cause: "CredentialsInvalid",
    nature: "permanent",
    advice: "set the clock of the agent's machine",
  },
  {
    exception:
      /^(UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|ExpiredToken|IncompleteSignature|InvalidClientTokenId|AuthFailure|InvalidToken)/,
    cause: "CredentialsInvalid",
    nature: "permanent",
    advice: CREDENTIALS,
  },
  {
    exception: /^(OptInRequired|SubscriptionRequired)/,
    cause: "Refused",
    nature: "permanent",
    advice: "enable the region or the service for the account, or take another `region`",
  },
  {
    exception: /^Blocked/,
    cause: "Refused",
    nature: "permanent",
    advice: "AWS has blocked the account: ask AWS Support",
  },
  {
    says: /account (is|was|has been) (currently )?blocked/i,
    cause: "Refused",
    nature: "permanent",
    advice: "AWS has blocked the account: ask AWS Support",
  },
  // What was asked for cannot be.
  {
    says: /overrides? length|total of 8192|8,?192 char/i,
    cause: "OverridesTooLong",
    nature: "permanent",
    advice: "move variables from `overrides` to `containerDefinitions`",
  },
  {
    exception: /^PlatformTaskDefinitionIncompatibility/,
    cause: "PlatformMismatch",
    nature: "permanent",
    advice:
      "give a `platformVersion` and a `runtimePlatform` that have what the definition asks for",
  },
  {
    exception: /^PlatformUnknown/,
    cause: "PlatformMismatch",
    nature: "permanent",
    advice: 'correct `platformVersion`, for example `"LATEST"` or `"1.4.0"`, or leave it out',
  },
  {
    says: /No Fargate configuration exists/i,
    cause: "Refused",
    nature: "permanent",
    advice: "give a `cpu` and `memory` pair that Fargate has",
  },
  {
    says: /does not support launch_type FARGATE/i,
    cause: "Refused",
    nature: "permanent",
    advice:
      'give `requiresCompatibilities: ["FARGATE"]` and `networkMode: "awsvpc"` in the flow\'s environment',
  },
  {
    says: /Override for container/i,
    cause: "Refused",
    nature: "permanent",
    advice: "name the flow's container first in `overrides.containerOverrides`",
  },
  {
    says: /^(ATTRIBUTE|LOCATION|INACTIVE)\b|MemberOf placement constraint unsatisfied/i,
    cause: "Refused",
    nature: "permanent",
    advice: "no instance of the cluster has what the definition asks for; correct one of them",
  },
  {
    exception: /^UnsupportedFeature/,
    cause: "Refused",
    nature: "permanent",
    advice: "AWS does not have this in the region: leave it out, or take another `region`",
  },
  {
    exception: /^Conflict/,
    cause: "Refused",
    nature: "permanent",
    advice: "the attempt was launched before with other arguments; create a new flow run",
  },
  {
    exception: /^LimitExceeded/,
    cause: "Refused",
    nature: "permanent",
    advice: "ask AWS for a higher quota, or remove what is not needed any more",
  },
  // AWS itself failed, so whether it did what it was asked is open.
  {
    exception:
      /^(ServerException|ServiceUnavailable|InternalFailure|InternalServer|InternalError|ServiceException|RequestTimeout|IDPCommunicationError)/,
    cause: "Unreachable",
    nature: "transient",
    advice: "try again in a minute",
  },
  {
    exception: /^(InvalidParameter|Client|Serialization|Validation|InvalidAction|UnknownOperation)/,
    cause: "Refused",
    nature: "permanent",
    advice: CORRECT,
  },
];

/** What a role or a definition is called says nothing of why AWS refused: one may be called `throttle`. */
export function withoutArns(words: string): string {
  return words.replaceAll(/\barn:[^\s'",;\])]+/g, "‹arn›");
}

/** What AWS's refusal, or the reason of a failure in RunTask's answer, means and what to do about it. */
export function classify(exception: string, given: string): Classified {
  const words = withoutArns(given);
  const row = ROWS.find(
    (candidate) =>
      (candidate.exception?.test(exception) ?? true) && (candidate.says?.test(words) ?? true),
  );
  if (row === undefined) return { cause: "Refused", nature: "permanent" };
  const { cause, nature, advice } = row;
  return advice === undefined ? { cause, nature } : { cause, nature, advice };
}
