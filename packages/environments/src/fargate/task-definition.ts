import { createHash } from "node:crypto";
import {
  canonicalJson,
  FLOW_COMMAND,
  type JsonObject,
  type LaunchRequest,
  type ReservedVariable,
} from "@slipway/core";
import { objectsOf, textOf, without } from "../plain-read.ts";
import { authorEntries, reservedEntries } from "../reserved-environment.ts";
import { familyOf } from "./family.ts";
import type { FargateArguments } from "./fargate-arguments.ts";
import { definitionTags, HASH_TAG } from "./tags.ts";

/** What is the same for every run of a flow version, and so belongs to the definition. */
export const DEFINITION_VARIABLES = [
  "SLIPWAY__CLOUD__GRAPHQL",
  "SLIPWAY__CONTEXT__IMAGE",
  "SLIPWAY__CONTEXT__FLOW_FILE_PATH",
  "SLIPWAY__CLOUD__USE_LOCAL_SECRETS",
  "SLIPWAY__ENGINE__FLOW_RUNNER__DEFAULT_CLASS",
  "SLIPWAY__ENGINE__TASK_RUNNER__DEFAULT_CLASS",
  "SLIPWAY__LOGGING__LOG_TO_CLOUD",
] as const satisfies readonly ReservedVariable[];

/** The exact input of RegisterTaskDefinition. */
export function renderTaskDefinition(
  { definition, run }: Pick<FargateArguments, "definition" | "run">,
  request: LaunchRequest,
): JsonObject {
  const [first = {}, ...others] = objectsOf(definition["containerDefinitions"]);
  const input = {
    ...definition,
    family: familyOf({ definition, run }, request.flowName),
    containerDefinitions: [flowContainer(first, request), ...others],
  };
  return { ...input, tags: definitionTags(definition["tags"], hashOf(input), request) };
}

function flowContainer(given: JsonObject, request: LaunchRequest): JsonObject {
  const { secrets } = given;
  return {
    ...without(given, "entryPoint", "secrets"),
    name: textOf(given["name"]) ?? "flow",
    image: request.image,
    command: FLOW_COMMAND,
    environment: [
      ...authorEntries(given["environment"]),
      ...reservedEntries(DEFINITION_VARIABLES, request),
    ],
    ...(secrets === undefined ? {} : { secrets: authorEntries(secrets) }),
  };
}

/** The hash that a rendered definition carries. */
export function definitionHash(rendered: JsonObject): string {
  const tag = objectsOf(rendered["tags"]).find(({ key }) => key === HASH_TAG);
  return textOf(tag?.["value"]) ?? "";
}

function hashOf(input: JsonObject): string {
  return createHash("sha256").update(canonicalJson(input)).digest("hex");
}
