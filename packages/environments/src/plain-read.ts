import { isPlainObject, type Json, type JsonObject } from "@slipway/core";

/** Tells a JSON object from the other kinds of JSON. */
export function isObject(value: Json | undefined): value is JsonObject {
  return isPlainObject(value);
}

/** The objects in a list; an empty list where there is none. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A text that is not empty. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The object without some of its keys. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
