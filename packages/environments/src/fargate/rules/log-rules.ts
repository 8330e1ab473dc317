import type { Json, JsonObject } from "@slipway/core";
import { isObject, objectsOf, textOf } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { isMeantForFargate, saysFargate } from "../target.ts";
import { SECRET } from "./character-sets.ts";
import { containersOf, type FargateSubject } from "./subject.ts";

const FARGATE_DRIVERS = ["awslogs", "splunk", "awsfirelens"];

/** Where logs go: drivers that Fargate has, with what they need. */
export function checkLogs(subject: FargateSubject): void {
  for (const { container, path } of containersOf(subject)) {
    const configuration = container["logConfiguration"];
    if (!isObject(configuration)) continue;
    const at = `${path}.logConfiguration`;
    if (isMeantForFargate(subject)) checkDriver(configuration, at);
    if (configuration["logDriver"] === "awslogs") checkAwslogs(subject, configuration, at);
  }
}

function checkDriver({ logDriver }: JsonObject, path: string): void {
  if (FARGATE_DRIVERS.includes(String(logDriver))) return;
  throw fargateInvalid({
    path: `${path}.logDriver`,
    problem: `is ${JSON.stringify(logDriver)}, and Fargate has ${FARGATE_DRIVERS.join(", ")}`,
    given: logDriver ?? "undefined",
    accepted: FARGATE_DRIVERS,
  });
}

function checkAwslogs(subject: FargateSubject, { options }: JsonObject, path: string): void {
  if (!saysFargate(subject)) return;
  requireExecutionRole(subject, "the log driver awslogs writes with it");
  for (const name of ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"]) {
    if (isObject(options) && textOf(options[name]) !== undefined) continue;
    throw fargateInvalid({
      path: `${path}.options.${name}`,
      problem: "is missing; on Fargate the log driver awslogs needs it",
      accepted: "a text that is not empty",
    });
  }
}

/** Secrets by forms that AWS can look up, and, on Fargate, the role to do so: a machine of one's own may have it. */
export function checkSecrets(subject: FargateSubject): void {
  const secrets = containersOf(subject).flatMap(secretsOf);
  for (const { valueFrom, path } of secrets) {
    requireSecret(valueFrom, `${path}.valueFrom`);
  }
  if (secrets.length === 0 || !isMeantForFargate(subject)) return;
  requireExecutionRole(subject, "AWS reads the secrets of containers with it");
}

/** Who mistakes what it is for puts the secret itself there, which no message may quote. */
function requireSecret(valueFrom: Json, path: string): void {
  if (typeof valueFrom === "string" && SECRET.pattern.test(valueFrom)) return;
  const names = typeof valueFrom === "string" && valueFrom.startsWith("arn:");
  throw fargateInvalid({
    path,
    problem: `is ${names ? JSON.stringify(valueFrom) : "no place of a secret"}; AWS takes ${SECRET.words}`,
    ...(names ? { given: valueFrom } : {}),
    accepted: SECRET.words,
  });
}

/** A container's own secrets, and those of its log driver. */
function secretsOf({ container, path }: ReturnType<typeof containersOf>[number]) {
  const log = container["logConfiguration"];
  const placed = (list: Json | undefined, at: string) =>
    objectsOf(list).map(({ valueFrom = "" }, index) => ({ valueFrom, path: `${at}[${index}]` }));
  return [
    ...placed(container["secrets"], `${path}.secrets`),
    ...placed(
      isObject(log) ? log["secretOptions"] : undefined,
      `${path}.logConfiguration.secretOptions`,
    ),
  ];
}

function requireExecutionRole({ definition, path }: FargateSubject, why: string): void {
  if (textOf(definition["executionRoleArn"]) !== undefined) return;
  throw fargateInvalid({
    path: path("registerTaskDefinition", "executionRoleArn"),
    problem: `is missing, and ${why}; give a role that ecs-tasks.amazonaws.com may assume`,
    accepted: "a role's name or its ARN",
  });
}
