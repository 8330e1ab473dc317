import { SlipwayError } from "@slipway/core";
import type { GraphQLField, GraphQLSchema } from "graphql";
import type { Caller, Context } from "./context.ts";
import { defaultFieldResolver } from "./graphql-js.ts";

type CallerKind = Caller["kind"];

/** The fields for a run's process. Every other field of a root type is for operators alone. */
const FOR_RUNS: { readonly [field: string]: CallerKind } = {
  startRun: "bootstrap",
  recordRun: "run",
};

/** Ways from a run to others: closed to its process, which gets its run in the answer of `startRun`. */
const FOR_OPERATORS = ["Flow.latestVersion", "Flow.versions", "Project.flows"];

/** Puts a guard before every root field and before the ways out of a run. What is not listed is refused. */
export function guardSchema(schema: GraphQLSchema): GraphQLSchema {
  for (const root of [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      guard(field, FOR_RUNS[field.name] ?? "operator");
    }
  }
  for (const path of FOR_OPERATORS) {
    const [type = "", name = ""] = path.split(".");
    const object = schema.getType(type);
    const field = object && "getFields" in object ? object.getFields()[name] : undefined;
    if (field && "resolve" in field) guard(field, "operator");
  }
  return schema;
}

function guard(field: GraphQLField<unknown, Context>, kind: CallerKind): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = (parent, args, context, info) => {
    assertIs(kind, context.caller, field.name);
    return resolve(parent, args, context, info);
  };
  if (!subscribe) return;
  field.subscribe = (parent, args, context, info) => {
    assertIs(kind, context.caller, field.name);
    return subscribe(parent, args, context, info);
  };
}

const WANTED: { readonly [kind in CallerKind]: string } = {
  operator: "an API key, not a run's token",
  bootstrap: "a bootstrap token as bearer token",
  run: "a run token as bearer token",
};

function assertIs(kind: CallerKind, caller: Caller, field: string): void {
  if (caller.kind === kind) return;
  throw new SlipwayError("UNAUTHENTICATED", `${field} wants ${WANTED[kind]}`, { field });
}
