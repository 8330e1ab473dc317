import type { JsonObject } from "@slipway/core";
import { objectsOf, textOf } from "../../plain-read.ts";

/** More would hide what to do behind a list. */
const MOST = 20;

/** What the API server says in words where it lists no causes: fields that it does not know, or of another type. */
const IN_WORDS = [
  /(?:unknown|duplicate) field "([^"]+)"/g,
  /Go struct field \w+\.(\S+) of type/g,
] as const;

/** The paths of the fields that the API server refuses, in its own spelling, each once. */
export function invalidFields(message: string, details: JsonObject): readonly string[] {
  const listed = objectsOf(details["causes"]).flatMap(({ field }) => textOf(field) ?? []);
  const said = IN_WORDS.flatMap((pattern) =>
    [...message.matchAll(pattern)].flatMap(([, field]) => field ?? []),
  );
  return [...new Set([...listed, ...said])].slice(0, MOST);
}
