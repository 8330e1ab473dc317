import { describe, expect, it } from "vitest";
import type { FailureNature } from "../failure-nature.ts";
import { CAUSES, type Cause } from "./causes.ts";
import { classify } from "./classify.ts";

type Case = [
  exception: string,
  words: string,
  cause: Cause,
  nature: FailureNature,
  advice?: RegExp,
];

/** What AWS says where a call or a launch fails, as it says it. The exception is empty for a reason in RunTask's `failures`. */
const CASES: readonly Case[] = [
  // Asked too often, under many names.
  ["ThrottlingException", "Rate exceeded", "Throttled", "throttled"],
  ["Throttling", "Rate exceeded", "Throttled", "throttled"],
  ["ThrottledException", "Slow down.", "Throttled", "throttled"],
  ["TooManyRequestsException", "Too Many Requests", "Throttled", "throttled"],
  ["RequestLimitExceeded", "Request limit exceeded.", "Throttled", "throttled"],
  ["RequestThrottled", "x", "Throttled", "throttled"],
  [
    "InvalidParameterException",
    "Error retrieving security group information for [sg-05937427457b61ff5]: Request limit exceeded. (ErrorCode: RequestLimitExceeded)",
    "Throttled",
    "throttled",
  ],
  [
    "InvalidParameterException",
    "Error retrieving subnet information for [subnet-0a1b2c3d]: You have exceeded your maximum API request rate (ErrorCode: RequestLimitExceeded)",
    "Throttled",
    "throttled",
  ],
  ["ClientException", "Rate exceeded", "Throttled", "throttled"],
  [
    "ClientException",
    "Too many concurrent attempts to create a new revision of the specified family.",
    "Throttled",
    "throttled",
    /same family/,
  ],
  // No room.
  ["", "RESOURCE:CPU", "Capacity", "capacity"],
  ["", "RESOURCE:MEMORY", "Capacity", "capacity"],
  ["", "RESOURCE:ENI", "Capacity", "capacity"],
  ["", "RESOURCE:GPU", "Capacity", "capacity"],
  ["", "EMPTY CAPACITY PROVIDER", "Capacity", "capacity"],
  ["", "NO ACTIVE INSTANCES", "Capacity", "capacity"],
  [
    "ThrottlingException",
    "You've reached the limit on the number of vCPUs you can run concurrently",
    "Capacity",
    "capacity",
    /quota/,
  ],
  // The name of a definition or a role is no word of AWS's.
  [
    "AccessDeniedException",
    "User: arn:aws:sts::123456789012:assumed-role/throttler/x is not authorized to perform: ecs:RunTask on resource: arn:aws:ecs:eu-west-1:123456789012:task-definition/TooManyRequests:3",
    "AccessDenied",
    "permanent",
  ],
  // Who hands out credentials may be out of reach for a moment.
  [
    "CredentialsProviderError",
    "Error response received from instance metadata service",
    "Unreachable",
    "transient",
  ],
  ["CredentialsProviderError", "Server responded with status: 503", "Unreachable", "transient"],
  ["IDPCommunicationError", "x", "Unreachable", "transient"],
  ["", "AGENT", "Capacity", "capacity"],
  [
    "",
    "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    "Capacity",
    "capacity",
  ],
  [
    "ClientException",
    "Capacity is unavailable at this time. Please try again later or in a different availability zone",
    "Capacity",
    "capacity",
  ],
  [
    "InvalidParameterException",
    "No Container Instances were found in your cluster.",
    "Capacity",
    "capacity",
    /launchType/,
  ],
  [
    "ClientException",
    "You've reached the limit on the number of tasks you can run concurrently",
    "Capacity",
    "capacity",
    /quota/,
  ],
  [
    "",
    "You’ve reached the limit on the number of vCPUs you can run concurrently",
    "Capacity",
    "capacity",
    /quota/,
  ],
  [
    "",
    "You've reached the limit on the number of spot tasks you can run concurrently",
    "Capacity",
    "capacity",
  ],
  ["ClientException", "Tasks provisioning capacity limit exceeded.", "Capacity", "capacity"],
  // Not there.
  ["ClusterNotFoundException", "Cluster not found.", "ClusterNotFound", "permanent", /create/],
  ["ClusterNotFoundException", "x", "ClusterNotFound", "permanent", /create/],
  ["AccessDeniedException", "x", "AccessDenied", "permanent", /allow the action/],
  ["RequestExpired", "x", "CredentialsInvalid", "permanent", /clock/],
  ["BlockedException", "x", "Refused", "permanent", /Support/],
  ["ClientException", "The referenced cluster was inactive.", "ClusterNotFound", "permanent"],
  [
    "InvalidParameterException",
    "Error retrieving subnet information for [subnet-0a1b2c3d]: The subnet ID 'subnet-0a1b2c3d' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
    "SubnetNotFound",
    "permanent",
    /subnets/,
  ],
  [
    "InvalidParameterException",
    "Error retrieving security group information for [sg-1]: The security group 'sg-1' does not exist (ErrorCode: InvalidGroup.NotFound)",
    "SecurityGroupNotFound",
    "permanent",
    /securityGroups/,
  ],
  ["ClientException", "TaskDefinition is inactive", "DefinitionInactive", "permanent"],
  ["ClientException", "TaskDefinition not found.", "DefinitionInactive", "permanent"],
  ["ClientException", "Unable to describe task definition.", "DefinitionInactive", "permanent"],
  // Rights, roles and credentials.
  [
    "AccessDeniedException",
    "User: arn:aws:iam::1:user/u is not authorized to perform: ecs:RunTask on resource: x",
    "AccessDenied",
    "permanent",
    /allow the action/,
  ],
  [
    "AccessDeniedException",
    "User: arn:aws:iam::1:user/u is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/x",
    "AccessDenied",
    "permanent",
    /iam:PassRole/,
  ],
  [
    "InvalidParameterException",
    "Error retrieving subnet information for [subnet-0a1b2c3d]: You are not authorized to perform this operation. (ErrorCode: UnauthorizedOperation)",
    "AccessDenied",
    "permanent",
  ],
  [
    "ClientException",
    "User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: iam:PassRole on resource: z",
    "AccessDenied",
    "permanent",
    /taskRoleArn/,
  ],
  [
    "ClientException",
    "ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.",
    "RoleUnavailable",
    "permanent",
    /ecs-tasks\.amazonaws\.com/,
  ],
  ["ClientException", "Role is not valid", "RoleUnavailable", "permanent"],
  [
    "InvalidParameterException",
    "Unable to assume the service linked role. Please verify that the ECS service linked role exists.",
    "RoleUnavailable",
    "permanent",
    /create-service-linked-role/,
  ],
  [
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
    "CredentialsInvalid",
    "permanent",
    /credentials/,
  ],
  [
    "ExpiredTokenException",
    "The security token included in the request is expired",
    "CredentialsInvalid",
    "permanent",
    /credentials/,
  ],
  [
    "InvalidSignatureException",
    "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z",
    "CredentialsInvalid",
    "permanent",
    /clock/,
  ],
  ["SignatureDoesNotMatch", "x", "CredentialsInvalid", "permanent", /credentials/],
  ["InvalidClientTokenId", "x", "CredentialsInvalid", "permanent", /credentials/],
  [
    "CredentialsProviderError",
    "Could not load credentials from any providers",
    "CredentialsMissing",
    "permanent",
    /credentials/,
  ],
  ["MissingAuthenticationTokenException", "x", "CredentialsMissing", "permanent"],
  // What was asked for cannot be.
  [
    "InvalidParameterException",
    "Container Overrides length must be at most 8192",
    "OverridesTooLong",
    "permanent",
    /containerDefinitions/,
  ],
  [
    "PlatformTaskDefinitionIncompatibilityException",
    "The specified platform does not satisfy the task definition's required capabilities.",
    "PlatformMismatch",
    "permanent",
    /platformVersion/,
  ],
  [
    "PlatformUnknownException",
    "The specified platform version does not exist.",
    "PlatformMismatch",
    "permanent",
    /platformVersion/,
  ],
  ["UnsupportedFeatureException", "x", "Refused", "permanent", /region/],
  [
    "BlockedException",
    "Your Amazon Web Services account was blocked.",
    "Refused",
    "permanent",
    /Support/,
  ],
  ["ClientException", "Your account is currently blocked.", "Refused", "permanent", /Support/],
  ["OptInRequired", "x", "Refused", "permanent", /enable/],
  [
    "ClientException",
    "No Fargate configuration exists for given values: 256 CPU, 8192 memory.",
    "Refused",
    "permanent",
    /`cpu` and `memory` pair/,
  ],
  [
    "InvalidParameterException",
    "Task definition does not support launch_type FARGATE.",
    "Refused",
    "permanent",
    /requiresCompatibilities/,
  ],
  [
    "InvalidParameterException",
    "Override for container named x is not a container in the TaskDefinition.",
    "Refused",
    "permanent",
    /containerOverrides/,
  ],
  ["", "ATTRIBUTE", "Refused", "permanent", /no instance/],
  ["ConflictException", "x", "Refused", "permanent", /new flow run/],
  ["LimitExceededException", "x", "Refused", "permanent", /quota/],
  ["InvalidParameterException", "Subnets can not be blank.", "Refused", "permanent", /correct/],
  ["SomethingNewException", "Words of AWS", "Refused", "permanent"],
  // AWS failed.
  ["ServerException", "Service Unavailable. Please try again later.", "Unreachable", "transient"],
  ["InternalFailure", "x", "Unreachable", "transient"],
  ["ServiceUnavailable", "x", "Unreachable", "transient"],
];

describe("classify", () => {
  it.each<Case>(CASES)("%s: %s means %s (%s)", (exception, words, cause, nature, advice) => {
    const classified = classify(exception, words);
    expect(classified).toMatchObject({ cause, nature });
    if (advice !== undefined) expect(classified.advice).toMatch(advice);
  });

  it("knows the causes by the names that diagnoses have", () => {
    for (const [, , cause] of CASES) expect(CAUSES).toContain(cause);
  });
});
