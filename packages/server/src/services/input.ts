import { SlipwayError } from "@slipway/core";
import { isUuid } from "../ids.ts";

const LONGEST_NAME = 255;
const MOST_LABELS = 100;

/** The error for a value that is not accepted where `path` says. */
export function refusal(path: string, given: unknown, accepted: string): SlipwayError {
  const shown = given === undefined ? "missing" : shorten(JSON.stringify(given) ?? String(given));
  const message = `${path} has to be ${accepted}, but is ${shown}`;
  return new SlipwayError("INVALID_ARGUMENT", message, { path, given, accepted });
}

/** A name that a person reads: one line, not empty. */
export function checkName(path: string, value: string): string {
  const fits = value.trim() !== "" && value.length <= LONGEST_NAME;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (fits && !/[\u0000-\u001f\u007f]/.test(value)) return value;
  throw refusal(path, value, `a text of 1 to ${LONGEST_NAME} characters in one line`);
}

/** Labels without doubles, in order, so that equal sets are equal lists. */
export function checkLabels(path: string, labels: readonly string[]): string[] {
  if (labels.length > MOST_LABELS)
    throw refusal(path, labels.length, `at most ${MOST_LABELS} labels`);
  for (const [index, label] of labels.entries()) checkName(`${path}[${index}]`, label);
  return [...new Set(labels)].sort();
}

/** Ids are UUIDs; any other text names nothing. */
export function checkId(noun: string, id: string): string {
  if (!isUuid(id)) throw notFound(noun, id);
  return id;
}

export function notFound(noun: string, id: string): SlipwayError {
  return new SlipwayError("NOT_FOUND", `There is no ${noun} ${JSON.stringify(shorten(id))}`, {
    id,
  });
}

/** PostgreSQL's text holds every character but this one. */
export function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
}

/** Cuts a text that is too long, and says so at its end. */
export function cut(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, longest)}… (cut: ${text.length} characters)`;
}

function shorten(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
