import type { Check } from "@slipway/environments/launch";
import type { Output } from "./output.ts";

/** Tells what a doctor found, with `more` as data beside it, and answers the exit code: 3 where something is missing. */
export function answerChecks(
  output: Output,
  checks: readonly Check[],
  more: Readonly<Record<string, unknown>> = {},
): number {
  const missing = checks.filter(isMissing).length;
  output.answer({ checks, missing, ...more }, ...checkLines(checks, output.colors));
  return missing === 0 ? 0 : 3;
}

/** A line for each check, with what to do where it did not go well, and how it stands in all. */
export function checkLines(checks: readonly Check[], colors: Output["colors"]): readonly string[] {
  const missing = checks.filter(isMissing).length;
  return [...checks.flatMap((check) => linesOf(check, colors)), summary(checks, missing)];
}

function isMissing({ ok, optional }: Check): boolean {
  return ok === false && optional !== true;
}

function linesOf(check: Check, colors: Output["colors"]): readonly string[] {
  const { action, resource, ok, message, how, advice } = check;
  const line = `${markOf(check, colors)} ${action}${resource ? ` (${resource})` : ""}: ${message}`;
  const more = ok === true ? [] : [`    ${colors.dim(how)}`, ...(advice ? [`    ${advice}`] : [])];
  return [line, ...more];
}

function markOf(check: Check, { green, red, yellow }: Output["colors"]): string {
  if (check.ok === true) return green("✔");
  if (check.ok === null) return yellow("?");
  return isMissing(check) ? red("✖") : yellow("!");
}

function summary(checks: readonly Check[], missing: number): string {
  const open = checks.filter(({ ok }) => ok === null).length;
  const lacking = checks.filter(({ ok }) => ok === false).length - missing;
  return [
    missing === 0
      ? "Nothing is missing"
      : `${missing} of ${checks.length} ${missing === 1 ? "is" : "are"} missing`,
    ...(lacking === 0
      ? []
      : [`${lacking} that launching works without ${lacking === 1 ? "is" : "are"} not there`]),
    ...(open === 0 ? [] : [`${open} could not be proved here`]),
  ].join(", ");
}
