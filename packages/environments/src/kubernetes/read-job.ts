import type { Json, JsonObject } from "@slipway/core";
import { isObject } from "../plain-read.ts";

/** An object, or an empty one where there is none. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** A Job's `spec.template.spec`. */
export function podSpecOf(job: JsonObject): JsonObject {
  return objectOf(objectOf(objectOf(job["spec"])["template"])["spec"]);
}

/** A list's entries; none where there is no list. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
