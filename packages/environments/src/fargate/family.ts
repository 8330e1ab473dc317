import { createHash } from "node:crypto";
import type { JsonObject } from "@slipway/core";
import { textOf } from "../plain-read.ts";

const LONGEST = 255;

/**
 * A family by AWS's rule: letters, digits, hyphens and underscores, at most 255. A name that had to be
 * changed gets a short hash of the original, so that two flows do not share a family by chance.
 */
export function familyOfFlow(flowName: string): string {
  if (/^[A-Za-z0-9_-]{1,255}$/.test(flowName)) return flowName;
  const hash = createHash("sha256").update(flowName).digest("hex").slice(0, 8);
  const words = flowName.replaceAll(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+/, "");
  const kept = words.slice(0, LONGEST - hash.length - 1).replace(/-+$/, "");
  return kept === "" ? `flow-${hash}` : `${kept}-${hash}`;
}

/** The family to register under: `family` and a plain `taskDefinition` stand for each other. */
export function familyOf(args: JsonObject, flowName: string): string {
  return textOf(args["family"]) ?? textOf(args["taskDefinition"]) ?? familyOfFlow(flowName);
}

/** The definition that `taskDefinition` names by ARN or with its revision: it is used as it is, and nothing is registered. */
export function pinnedDefinition(args: JsonObject): string | undefined {
  const given = textOf(args["taskDefinition"]);
  return given !== undefined && (given.startsWith("arn:") || /:\d+$/.test(given))
    ? given
    : undefined;
}

/** The family part of an ARN, of `family:revision`, or of a family. */
export function familyIn(taskDefinition: string): string {
  const name = taskDefinition.slice(taskDefinition.lastIndexOf("/") + 1);
  return name.replace(/:\d+$/, "");
}
