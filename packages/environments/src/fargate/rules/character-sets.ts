import type { CharacterSet } from "./subject.ts";

// AWS's rules for names, one each; by the ECS API reference.

export const NAME: CharacterSet = {
  pattern: /^[A-Za-z0-9_-]{1,255}$/,
  words: "1 to 255 letters, digits, hyphens and underscores",
};

export const STARTED_BY: CharacterSet = {
  pattern: /^[A-Za-z0-9/_-]{1,128}$/,
  words: "1 to 128 letters, digits, hyphens, slashes and underscores",
};

export const CLIENT_TOKEN: CharacterSet = {
  pattern: /^[!-~]{1,64}$/,
  words: "1 to 64 printable ASCII characters without spaces",
};

export const NOT_EMPTY: CharacterSet = { pattern: /./, words: "a text that is not empty" };

export const CLUSTER: CharacterSet = {
  pattern: /^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:cluster\/)?[A-Za-z0-9_-]{1,255}$/,
  words: "a cluster's name (letters, digits, hyphens and underscores) or its ARN",
};

export const ROLE: CharacterSet = {
  pattern: /^(arn:aws[a-z-]*:iam::\d{12}:role\/([!-~]+\/)?)?[\w+=,.@-]{1,64}$/,
  words: "a role's name or its ARN, like arn:aws:iam::123456789012:role/name",
};

export const TASK_DEFINITION: CharacterSet = {
  pattern:
    /^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/)?[A-Za-z0-9_-]{1,255}(:\d{1,9})?$/,
  words: "a family, family:revision, or the ARN of a task definition",
};

export const PLATFORM_VERSION: CharacterSet = {
  pattern: /^(LATEST|\d+\.\d+\.\d+)$/,
  words: "LATEST or a version like 1.4.0",
};

export const SUBNET: CharacterSet = {
  pattern: /^subnet-[0-9a-f]+$/,
  words: "a subnet's id, like subnet-0a1b2c3d",
};

export const SECURITY_GROUP: CharacterSet = {
  pattern: /^sg-[0-9a-f]+$/,
  words: "a security group's id, like sg-0a1b2c3d",
};

/**
 * A secret, a field of one (`:key:stage:version`), or a parameter by name or ARN. Region and account may be missing:
 * AWS itself looks at them no sooner than it reads the secret.
 */
export const SECRET: CharacterSet = {
  pattern:
    /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]*:\d*:secret:[\w/+=.@!-]+(:[^:]*:[^:]*:[^:]*)?|arn:aws[a-z-]*:ssm:[a-z0-9-]*:\d*:parameter\/[\w./-]+|(?!arn:)[\w./-]+)$/,
  words:
    "the ARN of a secret in Secrets Manager (with :key:stage:version or without), or the name or ARN of an SSM parameter",
};

export const TAG_KEY: CharacterSet = {
  pattern: /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
  words: "1 to 128 letters, digits, spaces and _ . : / = + - @, not starting with aws:",
};

export const TAG_VALUE: CharacterSet = {
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
  words: "at most 256 letters, digits, spaces and _ . : / = + - @",
};
