import {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  isPlainObject,
  isSlipwayError,
  messageOf,
} from "@slipway/core";
import type { Colors } from "./output.ts";

/** What is said of an error, and the exit code that goes with it. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
  /** The author's stack, where the author's code threw; Slipway's own for a fault of its own. */
  readonly stack: readonly string[];
  readonly exitCode: number;
}

/** Anything that was thrown, as a report. What is no `SlipwayError` is a fault of Slipway's own. */
export function toReport(error: unknown): ErrorReport {
  if (!isSlipwayError(error)) {
    const stack = trimStack(error instanceof Error && error.stack);
    return { code: "INTERNAL", message: messageOf(error), details: {}, stack, exitCode: 70 };
  }
  const { stack: given, ...details } = error.details;
  const stack = trimStack(
    STACKS[error.code] === "author" ? given : STACKS[error.code] && error.stack,
  );
  return {
    code: error.code,
    message: error.message,
    details,
    stack,
    exitCode: ERROR_CODES[error.code],
  };
}

/** Errors with a stack worth showing: the author's, or our own for our own faults. */
const STACKS: Partial<Record<ErrorCode, "author" | "own">> = {
  FLOW_FILE_FAILED: "author",
  INTERNAL: "own",
  ILLEGAL_TRANSITION: "own",
};

/** For people: the message, the details below it, and the author's stack where there is one. */
export function reportLines(report: ErrorReport, colors: Colors): readonly string[] {
  const details = Object.entries(report.details).map(
    ([name, value]) => [name, toText(value)] as const,
  );
  const width = Math.max(0, ...details.map(([name]) => name.length));
  return [
    `${colors.red("error")} ${colors.bold(report.code)}: ${report.message}`,
    ...details
      .filter(([, value]) => value !== "")
      .map(([name, value]) => `  ${colors.dim(name.padEnd(width))}  ${value}`),
    ...report.stack.map((line) => colors.dim(`    ${line}`)),
  ];
}

/** For programs: one object on one line. */
export function reportJson({ code, message, details, stack, exitCode }: ErrorReport): string {
  const error = { code, message, details, exitCode, ...(stack.length > 0 && { stack }) };
  return JSON.stringify({ error });
}

/** Frames of Node's, of packages, and of the code that Slipway puts around a flow. */
const FOREIGN = /node:|node_modules|slipway-entry\.mjs|flow\.mjs|\/packages\/[a-z-]+\/(src|dist)\//;

/** The lines of a stack that a person can act on. */
function trimStack(stack: unknown): readonly string[] {
  const lines = typeof stack === "string" ? stack.split("\n") : [];
  const frames = lines.filter((line) => /^\s+at /.test(line)).map((line) => line.trim());
  const own = frames.filter((line) => !FOREIGN.test(line));
  return (own.length > 0 ? own : frames).slice(0, 6);
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(toText).join(", ");
  if (isPlainObject(value)) return JSON.stringify({ ...value, $schema: undefined });
  return value === undefined || value === null ? "" : String(value);
}
