import { type CollectFlags, type Collector, checkFlags } from "./collector.ts";
import type { Context } from "./context.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { JOB_COLLECTOR } from "./job-collector.ts";
import { readRegistered } from "./registered-environment.ts";
import { REVISION_COLLECTOR } from "./revision-collector.ts";

const COLLECTORS: Readonly<Record<string, Collector>> = {
  FargateTaskEnvironment: REVISION_COLLECTOR,
  KubernetesJobEnvironment: JOB_COLLECTOR,
};

/** Removes what launches left behind, or says what it would; 3 where something could not be removed. */
export async function collect(
  context: Context,
  flow: string,
  flags: CollectFlags,
): Promise<number> {
  const client = await context.connect();
  const { environment } = await readRegistered(client, flow, flags.project);
  const { type } = environment;
  const collector = Object.hasOwn(COLLECTORS, type) ? COLLECTORS[type] : undefined;
  if (collector === undefined) {
    throw invalidArgument(`${type} leaves nothing behind that could be collected`, {
      path: "environment",
      given: type,
      accepted: Object.keys(COLLECTORS),
    });
  }
  checkFlags(type, collector, flags);
  return collector.collect({ context, client, flow, environment, flags });
}
