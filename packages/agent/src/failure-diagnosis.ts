import {
  type Diagnosis,
  type ErrorCode,
  isSlipwayError,
  type Json,
  type JsonObject,
} from "@slipway/core";

/** Details of an error that are the platform's words or Slipway's own, never an argument of an environment. */
const EVIDENCE = ["operation", "exception", "endpoint", "reason", "reasons", "status"];

/** Failures to read an environment that no trying again can mend. */
const HOPELESS: readonly ErrorCode[] = [
  "ENVIRONMENT_INVALID",
  "ENVIRONMENT_NOT_LAUNCHABLE",
  "IMAGE_INVALID",
  "IMAGE_NOT_FOUND",
];

const LONGEST_WORDS = 300;
const LONGEST_CAUSE = 100;
const LONGEST_MESSAGE = 4 * 1024;
const LONGEST_EVIDENCE = 16 * 1024;

export function isHopeless(error: unknown): boolean {
  return isSlipwayError(error) && HOPELESS.includes(error.code);
}

/** Why a run could not be launched, from what was thrown: the cause that the platform's answer has, else the error's code. The server stores it, so it holds no argument of an environment. */
export function diagnoseFailure(error: unknown): Diagnosis {
  if (!isSlipwayError(error)) {
    const name = error instanceof Error ? error.name : typeof error;
    const message = `The agent failed with a fault of its own (${name}); its log says more`;
    return { cause: "INTERNAL", message, evidence: {} };
  }
  const { code, message, details } = error;
  const { cause } = details;
  return {
    cause: typeof cause === "string" ? cause : code,
    message: code === "ENVIRONMENT_INVALID" ? invalidEnvironment(details["path"]) : message,
    evidence: { code, ...evidenceOf(details) },
  };
}

/** What a run's page says of a failure while it is tried again: short, and as free of arguments as a diagnosis. */
export function wordsOf(error: unknown): string {
  return diagnoseFailure(error).message.slice(0, LONGEST_WORDS);
}

/** The error's own words quote what was given. */
function invalidEnvironment(path: unknown): string {
  return `The flow's environment is invalid at \`${String(path)}\`; \`slipway environment render\` of the flow file says why`;
}

/** A platform may say anything at any length, but the server refuses what is too long, and the run would never end. */
export function shortened({ cause, message, evidence }: Diagnosis): Diagnosis {
  const { length } = JSON.stringify(evidence);
  return {
    cause: cause.slice(0, LONGEST_CAUSE),
    message: message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`,
    evidence: length <= LONGEST_EVIDENCE ? evidence : { omitted: `${length} characters` },
  };
}

function evidenceOf(details: Readonly<Record<string, unknown>>): JsonObject {
  const texts = (value: unknown): value is Json =>
    typeof value === "string" || typeof value === "number" || isTexts(value);
  return Object.fromEntries(
    EVIDENCE.flatMap((name) => {
      const value = details[name];
      return texts(value) ? [[name, value]] : [];
    }),
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
