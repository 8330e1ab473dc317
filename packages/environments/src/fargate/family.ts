import { createHash } from "node:crypto";
import { textOf } from "../plain-read.ts";
import type { FargateArguments } from "./fargate-arguments.ts";

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
export function familyOf(
  { definition, run }: Pick<FargateArguments, "definition" | "run">,
  flowName: string,
): string {
  return textOf(definition["family"]) ?? textOf(run["taskDefinition"]) ?? familyOfFlow(flowName);
}

/** The family part of an ARN, of `family:revision`, or of a family. */
export function familyIn(taskDefinition: string): string {
  const name = taskDefinition.slice(taskDefinition.lastIndexOf("/") + 1);
  return name.replace(/:\d+$/, "");
}
