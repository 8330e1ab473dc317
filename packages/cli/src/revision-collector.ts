import type { Collected } from "@slipway/environments/launch";
import type { Collector, CollectSubject } from "./collector.ts";
import { parseCount } from "./count.ts";
import { ecsClientDefaults } from "./ecs-client-defaults.ts";
import { INTERRUPTED } from "./interrupts.ts";

/** Of a task definition's old revisions. */
export const REVISION_COLLECTOR: Collector = {
  ownFlags: ["keep", "ecsEndpoint"],
  collect: collectRevisions,
};

async function collectRevisions(subject: CollectSubject): Promise<number> {
  const { context, flow, environment, flags } = subject;
  const { output, signal } = context;
  const keepRevisions = flags.keep === undefined ? undefined : parseCount(flags.keep, "--keep");
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
