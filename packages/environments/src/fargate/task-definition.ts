import { createHash } from "node:crypto";
import {
  canonicalJson,
  FLOW_COMMAND,
  type Json,
  type JsonObject,
  type LaunchRequest,
  type ReservedVariable,
} from "@slipway/core";
import { objectsOf, textOf, without } from "../plain-read.ts";
import { authorEntries, reservedEntries } from "../reserved-environment.ts";
import { familyOf } from "./family.ts";
import { DEFINITION_FIELDS } from "./fields.ts";

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

/** The tag by which a definition with the same content is found again. */
export const HASH_TAG = "slipway:definition-hash";

/** The exact input of RegisterTaskDefinition. */
export function renderTaskDefinition(args: JsonObject, request: LaunchRequest): JsonObject {
  const given = Object.entries(args).filter(([name]) => Object.hasOwn(DEFINITION_FIELDS, name));
  const [first = {}, ...others] = objectsOf(args["containerDefinitions"]);
  const input = {
    ...Object.fromEntries(given),
    family: familyOf(args, request.flowName),
    containerDefinitions: [flowContainer(first, request), ...others],
  };
  const tags = withTags(args["tags"], { [HASH_TAG]: hashOf(input) });
  return { ...input, tags };
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

/** The name of the container that the flow runs in. */
export function flowContainerName(args: JsonObject): string {
  return textOf(objectsOf(args["containerDefinitions"])[0]?.["name"]) ?? "flow";
}

/** Tags with the given keys; an author's tag under one of them is replaced. */
export function withTags(given: Json | undefined, ours: Readonly<Record<string, string>>) {
  const kept = objectsOf(given).filter(({ key }) => !Object.hasOwn(ours, String(key)));
  return [...kept, ...Object.entries(ours).map(([key, value]) => ({ key, value }))];
}

/** The hash that a rendered definition carries. */
export function definitionHash(rendered: JsonObject): string {
  const tag = objectsOf(rendered["tags"]).find(({ key }) => key === HASH_TAG);
  return textOf(tag?.["value"]) ?? "";
}

function hashOf(input: JsonObject): string {
  return createHash("sha256").update(canonicalJson(input)).digest("hex");
}
