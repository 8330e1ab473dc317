import { SlipwayError } from "@slipway/core";
import { refusal } from "../services/input.ts";
import { builder } from "./builder.ts";
import { valueFromASTUntyped } from "./graphql-js.ts";

/** Deeper JSON than anybody writes; it would only cost stack. */
const DEEPEST_JSON = 64;

builder.scalarType("DateTime", {
  serialize: (value) => value.toISOString(),
  parseValue(value) {
    const date = typeof value === "string" ? new Date(value) : undefined;
    if (date && !Number.isNaN(date.getTime())) return date;
    throw refusal("DateTime", value, "a time in ISO 8601, like 2026-01-31T12:00:00Z");
  },
});

builder.scalarType("JSON", {
  serialize: (value) => value,
  parseValue: checkDepth,
  parseLiteral: (node, variables) => checkDepth(valueFromASTUntyped(node, variables)),
});

function checkDepth(value: unknown): unknown {
  if (isDeeper(value, DEEPEST_JSON)) {
    throw new SlipwayError(
      "INVALID_ARGUMENT",
      `The JSON value is nested too deeply; at most ${DEEPEST_JSON} levels are taken`,
      { accepted: DEEPEST_JSON },
    );
  }
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}
