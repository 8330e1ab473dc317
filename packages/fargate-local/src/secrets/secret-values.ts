import { SlipwayError } from "@slipway/core";
import { isMap, LineCounter, parseDocument } from "yaml";
import type { SecretReference } from "./secret-reference.ts";

/** Secrets by name or ARN. An object is a secret of JSON text, whose fields can be asked for. */
export type SecretValues = ReadonlyMap<string, unknown>;

/**
 * The secrets of a file of YAML or JSON: one object of names and values. Throws `INVALID_ARGUMENT`
 * that tells the line and never a value.
 */
export function parseSecretValues(text: string, path: string): SecretValues {
  const lineCounter = new LineCounter();
  // Pretty errors would show the line, and a secret with it.
  const document = parseDocument(text, { prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error !== undefined) {
    throw invalid(path, `is no YAML or JSON (line ${lineCounter.linePos(error.pos[0]).line})`);
  }
  if (document.contents === null) return new Map();
  if (!isMap(document.contents)) throw invalid(path, "is no object of names and values");
  return new Map(Object.entries(document.toJS()));
}

/** What the file has under a reference, as the text that Secrets Manager or SSM would give. */
export function findSecret(values: SecretValues, { names }: SecretReference): string | undefined {
  const name = names.find((one) => values.has(one));
  return name === undefined ? undefined : toText(values.get(name));
}

/** A field of a secret's JSON text; undefined where there is none. */
export function fieldOf(text: string, key: string): string | undefined {
  const fields = parseObject(text);
  return fields !== undefined && Object.hasOwn(fields, key) ? toText(fields[key]) : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? "";
}

function invalid(path: string, what: string): SlipwayError {
  return new SlipwayError("INVALID_ARGUMENT", `The secrets file ${path} ${what}`, {
    path: "secretsFile",
    given: path,
    accepted: "an object of names (or ARNs) and values, in YAML or JSON",
  });
}
