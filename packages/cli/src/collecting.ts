import type { Collected } from "@slipway/environments/launch";
import type { Context } from "./context.ts";
import { parseCount } from "./count.ts";
import { ecsClientDefaults } from "./ecs-client-defaults.ts";
import { INTERRUPTED } from "./interrupts.ts";
import { readRegistered } from "./registered-environment.ts";

export interface CollectFlags {
  readonly project: string;
  readonly keep: string;
  readonly yes?: true;
  readonly ecsEndpoint?: string;
}

/** Removes a flow's old revisions, or says which it would; 3 where one could not be removed. */
export async function collect(
  context: Context,
  flow: string,
  flags: CollectFlags,
): Promise<number> {
  const { output, signal } = context;
  const keepRevisions = parseCount(flags.keep, "--keep");
  const { environment } = await readRegistered(await context.connect(), flow, flags.project);
  const { collectGarbage } = await import("@slipway/environments/launch");
  const collected = await collectGarbage(environment, ecsClientDefaults(context, flags), {
    flowName: flow,
    keepRevisions,
    dryRun: flags.yes !== true,
    onRemoved: (revision) => output.line(`  removed revision ${revision}`),
    signal,
  });
  output.answer(collected, ...lines(collected));
  if (signal.aborted) return INTERRUPTED;
  return collected.failed.length === 0 ? 0 : 3;
}

function lines({ family, dryRun, removed, kept, failed }: Collected): readonly string[] {
  const of = `of ${family}, ${kept.length} kept`;
  return [
    dryRun
      ? `Would remove ${removed.length} revisions ${of}${removed.length > 0 ? `: ${removed.join(", ")} (--yes does it)` : ""}`
      : `Removed ${removed.length} revisions ${of}`,
    ...kept.map(({ revision, why }) => `  keeps ${revision}: ${why}`),
    ...failed.map(({ revision, message }) => `  could not remove ${revision}: ${message}`),
  ];
}
