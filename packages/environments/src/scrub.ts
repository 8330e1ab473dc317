import type { Json, JsonObject } from "@slipway/core";
import { isObject } from "./plain-read.ts";

/** Shorter texts are names of sizes and the like; to replace those would make messages unreadable. */
const SHORTEST = 8;

/** What AWS and Slipway say themselves, and what everybody may read. */
const PUBLIC_WORDS: ReadonlySet<string> = new Set([
  "FARGATE_SPOT",
  "TASK_DEFINITION",
  "MANAGED_INSTANCES",
  "CMD-SHELL",
  "awsfirelens",
  "on-demand",
  "definition",
  "container",
]);

/** Replaces an environment's arguments in a text by the places where they stand. */
export interface Scrubber {
  text(text: string): string;
  json(value: Json): Json;
  /** One that replaces these, too. */
  and(more: JsonObject): Scrubber;
}

/**
 * The platform's words quote what it was given, but arguments are stored in the flow's image and nowhere else.
 * So every text among `secrets` is replaced by its path in angle quotes before words leave the environment.
 */
export function createScrubber(secrets: JsonObject, except: readonly string[] = []): Scrubber {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(secrets)) {
    if (!except.includes(name)) collect(value, name, found);
  }
  const replacements = [...found].sort(([a], [b]) => b.length - a.length);
  const text = (given: string) =>
    replacements.reduce((words, [secret, path]) => words.replaceAll(secret, `‹${path}›`), given);
  const json = (value: Json): Json => {
    if (typeof value === "string") return text(value);
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, json(item)]));
    }
    return Array.isArray(value) ? value.map(json) : value;
  };
  return { text, json, and: (more) => createScrubber({ ...secrets, ...more }, except) };
}

function collect(value: Json, path: string, found: Map<string, string>): void {
  if (typeof value === "string") {
    const hidden = value.length >= SHORTEST && !PUBLIC_WORDS.has(value);
    if (hidden && !found.has(value)) found.set(value, path);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, `${path}[${index}]`, found);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) collect(item, `${path}.${key}`, found);
  }
}
