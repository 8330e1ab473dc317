import type { SerializedEnvironment } from "@slipway/core";
import type { Check } from "@slipway/environments/launch";
import { withBundledFlow } from "./bundled-flow.ts";
import type { Context } from "./context.ts";
import { ecsClientDefaults } from "./ecs-client-defaults.ts";
import type { Colors } from "./output.ts";
import { requireEnvironment } from "./registering.ts";

export interface DoctorFlags {
  readonly ecsEndpoint?: string;
}

interface Subject {
  readonly environment: SerializedEnvironment;
  readonly flowName?: string;
}

/** Tries what launching needs of AWS, and answers the exit code: 3 where something is missing. */
export async function examineAws(
  context: Context,
  file: string | undefined,
  flags: DoctorFlags,
): Promise<number> {
  const { environment, flowName } = await subjectOf(context, file);
  const { doctorAws } = await import("@slipway/environments/launch");
  const defaults = ecsClientDefaults(context, flags);
  const checks = await doctorAws(environment, defaults, flowName === undefined ? {} : { flowName });
  const missing = checks.filter(({ ok }) => ok === false).length;
  const { output } = context;
  output.answer(
    { checks, missing },
    ...checks.flatMap((check) => linesOf(check, output.colors)),
    summary(checks, missing),
  );
  return missing === 0 ? 0 : 3;
}

async function subjectOf(context: Context, file: string | undefined): Promise<Subject> {
  if (file === undefined) {
    return { environment: { version: 1, type: "FargateTaskEnvironment", arguments: {} } };
  }
  return withBundledFlow(file, context, async ({ description }) => ({
    environment: requireEnvironment(description, file),
    flowName: description.structure.name,
  }));
}

function linesOf({ action, resource, ok, message, how, advice }: Check, colors: Colors) {
  const mark = ok === null ? colors.yellow("?") : ok ? colors.green("✔") : colors.red("✖");
  const line = `${mark} ${action}${resource ? ` on ${resource}` : ""}: ${message}`;
  const more = ok === true ? [] : [`    ${colors.dim(how)}`, ...(advice ? [`    ${advice}`] : [])];
  return [line, ...more];
}

function summary(checks: readonly Check[], missing: number): string {
  const open = checks.filter(({ ok }) => ok === null).length;
  const unproven = open === 0 ? "" : `, ${open} could not be proved here`;
  return missing === 0
    ? `Nothing is missing${unproven}`
    : `${missing} of ${checks.length} ${missing === 1 ? "is" : "are"} missing${unproven}`;
}
