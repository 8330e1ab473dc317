import type { SerializedEnvironment } from "@slipway/core";
import { withBundledFlow } from "./bundled-flow.ts";
import { answerChecks } from "./check-lines.ts";
import type { Context } from "./context.ts";
import { ecsClientDefaults } from "./ecs-client-defaults.ts";
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
  return answerChecks(context.output, checks);
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
