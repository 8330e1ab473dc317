import type { Json } from "@slipway/core";
import { objectsOf, textOf } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import {
  CLIENT_TOKEN,
  CLUSTER,
  NAME,
  NOT_EMPTY,
  PLATFORM_VERSION,
  ROLE,
  STARTED_BY,
  TAG_KEY,
  TAG_VALUE,
  TASK_DEFINITION,
} from "./character-sets.ts";
import {
  type CharacterSet,
  type FargateSubject,
  overridesOf,
  requireText,
  requireUnique,
  waysOf,
} from "./subject.ts";

/** Tags that a resource may have, and those that Slipway itself adds to a definition and to a task. */
const MOST_TAGS = 50;
const OUR_TAGS = { registerTaskDefinition: 2, runTask: 2 } as const;

const DEFINITION_SETS: Readonly<Record<string, CharacterSet>> = {
  family: NAME,
  taskRoleArn: ROLE,
  executionRoleArn: ROLE,
};

const RUN_SETS: Readonly<Record<string, CharacterSet>> = {
  cluster: CLUSTER,
  taskDefinition: TASK_DEFINITION,
  startedBy: STARTED_BY,
  clientToken: CLIENT_TOKEN,
  group: NOT_EMPTY,
  platformVersion: PLATFORM_VERSION,
};

/** Names in the character sets that AWS has for them. */
export function checkNamesOfThings(subject: FargateSubject): void {
  const { definition, path } = subject;
  for (const [field, set] of Object.entries(DEFINITION_SETS)) {
    requireText(definition[field], path("registerTaskDefinition", field), set);
  }
  for (const { run, at } of waysOf(subject)) {
    for (const [field, set] of Object.entries(RUN_SETS)) requireText(run[field], at(field), set);
  }
  for (const field of ["taskRoleArn", "executionRoleArn"]) {
    requireText(overridesOf(subject)[field], `${path("runTask", "overrides")}.${field}`, ROLE);
  }
}

/** Tags by AWS's rules for tags, with room for Slipway's own. */
export function checkTags(subject: FargateSubject): void {
  const { definition, path } = subject;
  checkTagList(
    definition["tags"],
    path("registerTaskDefinition", "tags"),
    OUR_TAGS.registerTaskDefinition,
  );
  for (const { run, at } of waysOf(subject))
    checkTagList(run["tags"], at("tags"), OUR_TAGS.runTask);
}

function checkTagList(given: Json | undefined, path: string, ours: number): void {
  const tags = objectsOf(given);
  for (const [index, { key, value }] of tags.entries()) {
    requireText(key ?? "", `${path}[${index}].key`, TAG_KEY);
    requireText(value, `${path}[${index}].value`, TAG_VALUE);
  }
  requireUnique(
    tags.map(({ key }, index) => [textOf(key), `${path}[${index}].key`]),
    "tag",
  );
  const most = MOST_TAGS - ours;
  if (tags.length <= most) return;
  throw fargateInvalid({
    path,
    problem: `has ${tags.length} tags; AWS takes ${MOST_TAGS}, and ${ours} of them are Slipway's, so give ${most} at most`,
    given: tags.length,
    accepted: most,
  });
}
