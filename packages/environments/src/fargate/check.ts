import { isPlainObject, type Json, type JsonObject } from "@slipway/core";
import { environmentInvalid } from "../environment-invalid.ts";
import { parseLabels } from "../labels.ts";
import { refuseMissing } from "../missing.ts";
import { copyPlain, type PlainCopy } from "../plain-copy.ts";
import { isObject, textOf } from "../plain-read.ts";
import { checkNames } from "./check-names.ts";
import { checkShapes } from "./check-shapes.ts";
import { checkFargateSize } from "./check-size.ts";
import { TYPE } from "./fargate-invalid.ts";
import { CLIENT_ALIASES, isDefinitionOnly } from "./fields.ts";
import { RULES } from "./rules/rules.ts";
import { type FargateRule, type FargateSubject, subjectOf } from "./rules/subject.ts";

interface ParsedArguments extends PlainCopy {
  readonly labels: readonly string[];
}

/**
 * Copies an environment's arguments and checks what does not depend on the place where the flow file is
 * evaluated. Throws `ENVIRONMENT_INVALID`.
 */
export function parseFargateArguments(given: unknown): ParsedArguments {
  if (!isPlainObject(given)) {
    throw environmentInvalid({
      type: TYPE,
      path: "options",
      problem: "must be one object of arguments by the names that AWS gives them",
    });
  }
  const { labels, ...rest } = given;
  checkNames(rest);
  const copy = copyPlain(TYPE, rest);
  const subject = subjectOf(copy.value);
  for (const check of CHECKS) check(subject);
  return { ...copy, labels: parseLabels(TYPE, labels) };
}

/**
 * The checks of what often comes from environment variables, which the container does not have, and so of most
 * values: made when an environment is stored. Throws `ENVIRONMENT_INVALID`, never with a credential in its words.
 */
export function checkStorable({ value, missing }: PlainCopy): void {
  refuseMissing(TYPE, missing);
  checkCredentials(value);
  checkEndpoint(value);
  const subject = subjectOf(value);
  for (const rule of RULES) rule(subject);
}

/** The three rules that keep credentials from being half given, or given twice. */
function checkCredentials(value: JsonObject): void {
  for (const [alias, target] of Object.entries(CLIENT_ALIASES)) {
    const field = target.replace(/\..*/, "");
    if (isGiven(value[alias]) && value[field] !== undefined) {
      throw environmentInvalid({
        type: TYPE,
        path: alias,
        problem: `says the same as \`${field}\`, which is given too; give one of them`,
      });
    }
  }
  const { credentials } = value;
  if (credentials !== undefined) {
    checkPair(credentials, "credentials.", ["accessKeyId", "secretAccessKey"]);
  }
  const keys = ["awsAccessKeyId", "awsSecretAccessKey"];
  if ([...keys, "awsSessionToken"].some((name) => isGiven(value[name]))) checkPair(value, "", keys);
}

function checkPair(holder: Json, prefix: string, names: readonly string[]): void {
  for (const name of names) {
    const path = `${prefix}${name}`;
    const item = isObject(holder) ? holder[name] : undefined;
    if (textOf(item) !== undefined) continue;
    throw environmentInvalid({
      type: TYPE,
      path,
      problem: `must be a text that is not empty, since credentials are ${names.join(" and ")} together (or leave them all out: the agent's own are used then)`,
      accepted: "string",
    });
  }
}

/** As in the original, an empty text is the same as none. */
function isGiven(value: Json | undefined): boolean {
  return value !== undefined && value !== "";
}

const CHECKS: readonly FargateRule[] = [
  checkShapes,
  checkCount,
  checkDefinitionNames,
  checkFargateSize,
];

function checkEndpoint({ endpoint }: JsonObject): void {
  if (!isGiven(endpoint)) return;
  const url =
    typeof endpoint === "string" && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === "") return;
  throw environmentInvalid({
    type: TYPE,
    path: "endpoint",
    problem: "must be an http or https URL without a user name, for example http://127.0.0.1:4210",
    accepted: "string",
  });
}

function checkCount({ run: { count }, path }: FargateSubject): void {
  if (count === undefined || count === 1) return;
  throw environmentInvalid({
    type: TYPE,
    path: path("runTask", "count"),
    problem: "must be 1 or left out, since one flow run is one task",
    given: count,
    accepted: 1,
  });
}

function checkDefinitionNames({ definition, run, pinned, path }: FargateSubject): void {
  const { family } = definition;
  const { taskDefinition } = run;
  if (pinned !== undefined) {
    const own = Object.keys(definition).find(isDefinitionOnly);
    if (own === undefined) return;
    throw environmentInvalid({
      type: TYPE,
      path: path("runTask", "taskDefinition"),
      problem: `names a definition that is used as it is, while \`${own}\` asks for one to be registered; leave one of them out, or give the family alone`,
    });
  }
  if (family === undefined || taskDefinition === undefined || family === taskDefinition) return;
  throw environmentInvalid({
    type: TYPE,
    path: path("runTask", "taskDefinition"),
    problem: "differs from `family`; they name one definition, so give one of them",
  });
}
