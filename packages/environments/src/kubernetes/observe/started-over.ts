import { diagnoseEnd, diagnosisOf } from "../diagnose/diagnose.ts";
import { isStartFailure } from "../diagnose/end-rules.ts";
import { isJobOver } from "./conditions.ts";
import { type Decision, stopped } from "./decision.ts";
import { type Start, unseenFailures } from "./starts.ts";
import type { View } from "./view.ts";

/** Where Kubernetes has started the flow's container again: in the same pod, or in another one. */
export function startedOver(view: View): Decision | undefined {
  const { start, starts, job } = view;
  const over = starts.slice(0, -1);
  const last = over.at(-1);
  const unseen = unseenBefore(view);
  if (start === undefined || (last === undefined && unseen.length === 0)) return undefined;
  if (last !== undefined && isFinal(last)) {
    return { ...stopped(diagnoseEnd(view, last), !isJobOver(job)), of: last };
  }
  const diagnosis =
    last === undefined ? diagnosisOf(view, undefined, "PodDeleted", []) : diagnoseEnd(view, last);
  const startsOver = [...view.context.startsBefore, ...over.map(({ key }) => key), ...unseen];
  return { status: "stopped", diagnosis, mustDelete: false, startsOver, of: last };
}

/** Whether another start is of no use: the flow's container ended as it should, or has nothing to run. */
export function isFinal({ end }: Start): boolean {
  return end?.exitCode === 0 || isStartFailure(end);
}

/** A pod that failed and went while no agent looked has no uid any more, but it was a start. */
function unseenBefore({ sight, context, job }: View): readonly string[] {
  // The Job may tell of a failure before the watch of pods does; then no other pod is active.
  if (job === undefined || job.active === 0) return [];
  const known = context.startsBefore.filter((key) => key.startsWith("unseen-")).length;
  return Array.from(
    { length: unseenFailures(sight, context.startsBefore) },
    (_, index) => `unseen-${known + index + 1}/0`,
  );
}
