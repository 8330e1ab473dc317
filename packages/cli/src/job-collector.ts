import type { AttemptDetail, FlowRunDetail } from "@slipway/client";
import { isFinished, isPlainObject } from "@slipway/core";
import type { Collectable, CollectedJobs, KnownRun } from "@slipway/environments/launch";
import type { Collector, CollectSubject } from "./collector.ts";
import { INTERRUPTED } from "./interrupts.ts";
import { invalidArgument } from "./invalid-argument.ts";

const DEFAULT_AGE = "1h";

/** Of Jobs and of tokens' Secrets. */
export const JOB_COLLECTOR: Collector = {
  ownFlags: ["olderThan", "context", "kubeconfig"],
  collect: collectJobs,
};

async function collectJobs(subject: CollectSubject): Promise<number> {
  const { client, environment, flags } = subject;
  const { output, signal } = subject.context;
  const { collectKubernetes, DURATION_NOTATION, parseDuration } = await import(
    "@slipway/environments/launch"
  );
  const { olderThan = DEFAULT_AGE, context, kubeconfig } = flags;
  const graceMs = parseDuration(olderThan);
  if (graceMs === undefined) {
    throw invalidArgument(`--older-than ${olderThan} is no duration; give ${DURATION_NOTATION}`, {
      path: "--older-than",
      given: olderThan,
      accepted: DURATION_NOTATION,
    });
  }
  const { installationId } = await client.server();
  const collected = await collectKubernetes(environment, {
    context,
    kubeconfig,
    installationId,
    graceMs,
    dryRun: flags.yes !== true,
    runOf: async (id) => knownRun(await client.flowRun(id)),
    onRemoved: (one) => output.line(`  removed ${lineOf(one)}`),
    signal,
  });
  output.answer(collected, ...lines(collected));
  if (signal.aborted) return INTERRUPTED;
  return collected.failed.length === 0 ? 0 : 3;
}

function knownRun(run: FlowRunDetail | null): KnownRun | undefined {
  if (run === null) return undefined;
  const { state, endTime, attempts } = run;
  return {
    endedAt: isFinished(state) ? (endTime ?? state.timestamp) : null,
    attempts: attempts.map((attempt) => ({
      id: attempt.id,
      endedAt: attempt.endedAt,
      infrastructureId: infrastructureIdOf(attempt),
    })),
  };
}

function infrastructureIdOf({ infrastructure }: AttemptDetail): string | null {
  const id = isPlainObject(infrastructure) ? infrastructure["id"] : undefined;
  return typeof id === "string" ? id : null;
}

function lines({
  namespace,
  dryRun,
  removed,
  kept,
  failed,
  unread,
}: CollectedJobs): readonly string[] {
  const what = `${removed.length} Jobs and Secrets of this installation in the namespace ${namespace}, ${kept.length} kept`;
  const hint = dryRun && removed.length > 0 ? " (--yes does it)" : "";
  return [
    `${dryRun ? "Would remove" : "Removed"} ${what}${hint}`,
    ...(dryRun ? removed.map((one) => `  would remove ${lineOf(one)}`) : []),
    ...kept.map((one) => `  keeps ${lineOf(one)}`),
    ...failed.map((one) => `  could not remove ${one.kind} ${one.name}: ${one.message}`),
    ...unread.map((words) => `  ${words}`),
  ];
}

function lineOf({ kind, name, flowRunId, why }: Collectable): string {
  return `${kind} ${name} of run ${flowRunId}: ${why}`;
}
