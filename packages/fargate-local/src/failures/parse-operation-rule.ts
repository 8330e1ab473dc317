import { z } from "zod";
import { OPERATION_NAMES } from "../api/services.ts";
import { type Answer, hasFailures } from "./answers.ts";
import type { OperationRule } from "./failure-rules.ts";
import { NAMING_OPERATIONS } from "./named-families.ts";
import { at, oneOf, type Place, parsePart, scriptError } from "./script-error.ts";
import { durationSchema, occurrenceOf, ruleShape } from "./script-fields.ts";

const WORDS = ["throttle", "capacity", "lost-reply", "lost-request", "empty"] as const;
const ANSWERS = [...WORDS, "late", "error", "failures"];

/** Answers that are a map, as they are written. */
const SHAPES: ReadonlyMap<string, string> = new Map([
  ["late", "like { late: { delay: 2s } }"],
  [
    "error",
    "like { error: { exception: ThrottlingException, message: Rate exceeded, status: 400 } }",
  ],
  ["failures", 'like { failures: [{ reason: "RESOURCE:MEMORY" }] }'],
]);

const lateSchema = z.strictObject({ delay: durationSchema });
const errorSchema = z.strictObject({
  exception: z.string(),
  message: z.string().default(""),
  status: z
    .int()
    .min(400, "must be from 400 to 599")
    .max(599, "must be from 400 to 599")
    .default(400),
});
const failureSchema = z.strictObject({
  reason: z.string(),
  arn: z.string().optional(),
  detail: z.string().optional(),
});

export function parseOperationRule(entry: unknown, place: Place, seed: number): OperationRule {
  const schema = z.strictObject({
    ...ruleShape,
    operation: z.enum(OPERATION_NAMES),
    after: z
      .int("must be a number of calls that go well before")
      .min(0, "must be at least 0")
      .default(0),
    answer: z.unknown(),
  });
  const { operation, family, capacityProvider, after, answer, ...when } = parsePart(
    schema,
    entry,
    place,
  );
  if (family !== undefined && !NAMING_OPERATIONS.includes(operation)) {
    const accepted = oneOf(NAMING_OPERATIONS, "can only be given for");
    throw scriptError(at(place, "family"), { ...accepted, given: operation });
  }
  if (capacityProvider !== undefined && operation !== "RunTask") {
    const must = "can only be given for RunTask";
    throw scriptError(at(place, "capacityProvider"), { given: operation, must });
  }
  const parsed = parseAnswer(answer, at(place, "answer"));
  checkFits(parsed, operation, at(place, "answer"));
  const occurrence = occurrenceOf(when, after, seed, place);
  return { operation, family, capacityProvider, occurrence, answer: parsed };
}

/** A word, or a map with one field: `{ late: { delay: 2s } }`. */
function parseAnswer(given: unknown, place: Place): Answer {
  const word = WORDS.find((one) => one === given);
  if (word !== undefined) return { type: word };
  const [name, second] = typeof given === "object" && given !== null ? Object.keys(given) : [];
  const value = name === undefined ? undefined : Reflect.get(Object(given), name);
  if (second === undefined) {
    if (name === "late") return parseLate(value, at(place, name));
    if (name === "error")
      return { type: "error", ...parsePart(errorSchema, value, at(place, name)) };
    if (name === "failures") return parseFailures(value, at(place, name));
  }
  throw wrongAnswer(given, name ?? given, place);
}

function wrongAnswer(given: unknown, named: unknown, place: Place) {
  const shape = typeof given === "string" ? SHAPES.get(given) : undefined;
  if (shape !== undefined) return scriptError(place, { given, must: `must be a map ${shape}` });
  return scriptError(place, { given: named, ...oneOf(ANSWERS) });
}

function parseLate(given: unknown, place: Place): Answer {
  return { type: "late", delayMs: parsePart(lateSchema, given, place).delay };
}

function parseFailures(given: unknown, place: Place): Answer {
  if (!Array.isArray(given)) throw scriptError(place, { given, must: "must be a list" });
  const failures = given.map((one, index) => parsePart(failureSchema, one, at(place, index)));
  return { type: "failures", failures };
}

function checkFits({ type }: Answer, operation: string, place: Place): void {
  if (type === "capacity" && operation !== "RunTask") {
    throw scriptError(place, {
      given: type,
      must: `can't be capacity for ${operation}, only for RunTask`,
    });
  }
  if (type === "failures" && !hasFailures(operation)) {
    throw scriptError(place, {
      given: type,
      must: `can't be failures for ${operation}, whose answer has none`,
    });
  }
}
