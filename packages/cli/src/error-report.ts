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
    const stack = trimStack(error instanceof Error ? error.stack : undefined);
    return { code: "INTERNAL", message: messageOf(error), details: {}, stack, exitCode: 70 };
  }
  const { stack: given, ...details } = error.details;
  const exitCode = ERROR_CODES[error.code];
  const own = exitCode === 70 ? error.stack : undefined;
  const stack = trimStack(typeof given === "string" ? given : own);
  return { code: error.code, message: error.message, details, stack, exitCode };
}

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

/** The lines of a stack that a person can act on: no frames of Node's or of packages. */
function trimStack(stack: string | undefined): readonly string[] {
  const frames = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const own = frames.filter((line) => !/node:|node_modules/.test(line));
  return (own.length > 0 ? own : frames).slice(0, 6).map((line) => line.trim());
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(toText).join(", ");
  if (isPlainObject(value)) return JSON.stringify(value);
  return value === undefined || value === null ? "" : String(value);
}
