import {
  isPlainObject,
  isStateType,
  nearest,
  STATE_TYPES,
  type State,
  type StateType,
} from "@slipway/core";
import { cut, refusal } from "./input.ts";
import { isTime, TIME_ACCEPTED as TIME } from "./json-input.ts";

const LONGEST_MESSAGE = 16 * 1024;
const LONGEST_STATE = 64 * 1024;

interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly accepted: string;
  fits(value: unknown): boolean;
}

const isText = (value: unknown) => typeof value === "string";
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isResult = (value: unknown) => isPlainObject(value) && isText(value["location"]);

/** The fields of every state. */
const EVERY: readonly Field[] = [
  { name: "timestamp", required: true, accepted: TIME, fits: isTime },
  { name: "message", required: false, accepted: "a text", fits: isText },
];

/** The fields that a type adds. */
const OF_TYPE: { readonly [type in StateType]?: Field } = {
  Scheduled: { name: "startAt", required: true, accepted: TIME, fits: isTime },
  Success: {
    name: "result",
    required: false,
    accepted: "{ location, contentType? }",
    fits: isResult,
  },
  Mapped: { name: "children", required: true, accepted: "a whole number", fits: isCount },
  Failed: { name: "cause", required: false, accepted: "a text", fits: isText },
};

/** Checks a state that comes from outside; cuts a message that is too long. Throws `INVALID_ARGUMENT`. */
export function parseState(path: string, value: unknown): State {
  if (!isPlainObject(value)) throw refusal(path, value, "a state");
  const { type } = value;
  if (!isStateType(type)) throw refusal(`${path}.type`, type, acceptedTypes(type));
  const own = OF_TYPE[type];
  for (const field of own ? [...EVERY, own] : EVERY) checkField(path, value, field);
  const state = shortenMessage(value);
  if (JSON.stringify(state).length > LONGEST_STATE) {
    throw refusal(path, "a longer one", `a state of at most ${LONGEST_STATE} characters as JSON`);
  }
  return asState(state);
}

function checkField(path: string, value: Record<string, unknown>, field: Field): void {
  const given = value[field.name];
  if (given === undefined ? !field.required : field.fits(given)) return;
  throw refusal(`${path}.${field.name}`, given, field.accepted);
}

function acceptedTypes(given: unknown): string {
  const meant = isText(given) ? nearest(String(given), STATE_TYPES) : undefined;
  return `one of ${STATE_TYPES.join(", ")}${meant ? ` (did you mean ${meant}?)` : ""}`;
}

function shortenMessage(value: Record<string, unknown>): Record<string, unknown> {
  const { message } = value;
  return typeof message === "string" ? { ...value, message: cut(message, LONGEST_MESSAGE) } : value;
}

function asState(value: Record<string, unknown>): State {
  // A cast, with its reason: the tables above have just checked each field, and the compiler cannot follow them.
  return value as unknown as State;
}
