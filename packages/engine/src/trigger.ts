import type { FlowTask } from "@slipway/core";
import { isPaired } from "./mapped-inputs.ts";
import { hasSucceeded, type Outcomes, type TaskOutcome } from "./task-outcome.ts";

const NAMES_SHOWN = 5;

/**
 * Why `task` may not run, as its state's message; undefined where every upstream succeeded. Where each
 * element meets the run of the same index upstream, that one counts for it alone: see {@link pairedFailure}.
 */
export function triggerFailure(task: FlowTask, outcomes: Outcomes): string | undefined {
  const paired = pairedUpstreams(task);
  const failed = [...task.upstreams].flatMap((upstream) => {
    const outcome = outcomes.get(upstream);
    if (outcome?.state.type === "Mapped" && paired.has(upstream)) return [];
    return outcome === undefined ? [] : failedRuns(upstream, outcome);
  });
  return failed.length === 0 ? undefined : describe(failed);
}

/** The same for one element of a mapped task, among the runs of its index in its {@link pairedUpstreams}. */
export function pairedFailure(
  paired: ReadonlySet<FlowTask>,
  mapIndex: number,
  outcomes: Outcomes,
): string | undefined {
  let failed: string[] | undefined;
  for (const upstream of paired) {
    const child = outcomes.get(upstream)?.children?.[mapIndex];
    if (child !== undefined && !hasSucceeded(child)) {
      failed = [...(failed ?? []), `${upstream.slug}[${mapIndex}]`];
    }
  }
  return failed && describe(failed);
}

/** The mapped upstreams whose runs only meet runs of the same index: not those that something needs as a whole. */
export function pairedUpstreams(task: FlowTask): ReadonlySet<FlowTask> {
  const paired = new Set<FlowTask>();
  const whole = new Set(task.after);
  for (const input of task.inputs.values()) {
    for (const source of input.sources) (isPaired(input) ? paired : whole).add(source);
  }
  for (const upstream of whole) paired.delete(upstream);
  return paired;
}

function failedRuns(task: FlowTask, outcome: TaskOutcome): string[] {
  if (outcome.state.type !== "Mapped") return hasSucceeded(outcome) ? [] : [task.slug];
  return (outcome.children ?? []).flatMap((child, index) =>
    hasSucceeded(child) ? [] : [`${task.slug}[${index}]`],
  );
}

function describe(failed: readonly string[]): string {
  const more = failed.length - NAMES_SHOWN;
  const names = failed.slice(0, NAMES_SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return `Trigger was "all_successful" but some of the upstream tasks failed: ${names}`;
}
