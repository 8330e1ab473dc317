import type { JsonObject } from "@slipway/core";
import { isObject, textOf } from "../plain-read.ts";
import { CLIENT_ALIASES, CLIENT_FIELDS } from "./fields.ts";
import { type FargatePolicy, parsePolicy } from "./retry-policy/policy.ts";
import { DEFINITION_FIELDS, RUN_FIELDS } from "./shapes/call-shapes.ts";

/** The two calls whose arguments may stand in a group of their own, with the names of their fields. */
export const GROUPS = {
  registerTaskDefinition: DEFINITION_FIELDS,
  runTask: RUN_FIELDS,
} as const;

export type Group = keyof typeof GROUPS;

/** What an author gave, sorted by where it goes. Nothing else reads the arguments as they are stored. */
export interface FargateArguments {
  /** Fields of the client, and the original's names for four of them. */
  readonly client: JsonObject;
  /** Fields of RegisterTaskDefinition. */
  readonly definition: JsonObject;
  /** Fields of RunTask. */
  readonly run: JsonObject;
  /** A definition that is used as it is, so that nothing is registered. */
  readonly pinned?: string;
  /** What follows a failure of the infrastructure, and how a run is stopped. */
  readonly policy: FargatePolicy;
}

/** Sorts stored arguments by where they go: flat ones to each call that has the field, those of a group to its call alone. */
export function fargateArguments(args: JsonObject): FargateArguments {
  const pinned = pinnedDefinition(args);
  return {
    client: fieldsOf(args, { ...CLIENT_FIELDS, ...CLIENT_ALIASES }),
    definition: callOf(args, "registerTaskDefinition"),
    run: callOf(args, "runTask"),
    ...(pinned === undefined ? {} : { pinned }),
    policy: parsePolicy(args),
  };
}

/** Where an author gave a call's field: in the call's group, or flat. */
export function pathOf(args: JsonObject, group: Group, field: string): string {
  const own = args[group];
  return isObject(own) && Object.hasOwn(own, field) ? `${group}.${field}` : field;
}

/**
 * One that `taskDefinition` names by ARN or with its revision, or any that stands in the group of RunTask alone.
 * A flat family is the one to register under.
 */
function pinnedDefinition(args: JsonObject): string | undefined {
  const group = args["runTask"];
  const own = isObject(group) ? textOf(group["taskDefinition"]) : undefined;
  if (own !== undefined) return own;
  const given = textOf(args["taskDefinition"]);
  return given !== undefined && (given.startsWith("arn:") || /:\d+$/.test(given))
    ? given
    : undefined;
}

function callOf(args: JsonObject, group: Group): JsonObject {
  const own = args[group];
  return { ...fieldsOf(args, GROUPS[group]), ...(isObject(own) ? own : {}) };
}

function fieldsOf(args: JsonObject, names: object): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([name]) => Object.hasOwn(names, name)));
}
