import type { Json, JsonObject, LaunchRequest } from "@slipway/core";
import { objectsOf } from "../plain-read.ts";

/** The tag that names the attempt. */
export const IDENTIFIER_TAG = "identifier";

/** The tag by which a definition with the same content is found again. */
export const HASH_TAG = "slipway:definition-hash";

const LONGEST_VALUE = 256;

/** A task's tags: the author's, then what tells whose task it is. */
export function taskTags(given: Json | undefined, request: LaunchRequest): readonly JsonObject[] {
  return withTags(given, {
    [IDENTIFIER_TAG]: request.attemptId,
    flow_run_id: request.flowRunId,
  });
}

/** A definition's tags: the author's, then the hash of its content and the flow, which its tasks get with `propagateTags`. */
export function definitionTags(
  given: Json | undefined,
  hash: string,
  { flowName }: LaunchRequest,
): readonly JsonObject[] {
  return withTags(given, { [HASH_TAG]: hash, "slipway:flow": tagValue(flowName) });
}

/** A text as AWS takes it for a tag's value: letters, digits, spaces and a few signs, at most 256. */
function tagValue(text: string): string {
  return [...text.replaceAll(/[^\p{L}\p{N}\p{Z}_.:/=+\-@]/gu, "-")]
    .slice(0, LONGEST_VALUE)
    .join("");
}

/** Tags with the given keys; an author's tag under one of them is replaced. */
function withTags(given: Json | undefined, ours: Readonly<Record<string, string>>) {
  const kept = objectsOf(given).filter(({ key }) => !Object.hasOwn(ours, String(key)));
  return [...kept, ...Object.entries(ours).map(([key, value]) => ({ key, value }))];
}
