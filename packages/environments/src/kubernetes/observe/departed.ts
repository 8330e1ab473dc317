import { diagnoseEnd, diagnosisOf } from "../diagnose/diagnose.ts";
import type { SeenPod } from "../sight.ts";
import { type Decision, stopped } from "./decision.ts";
import { silenceOf } from "./silent-node.ts";
import type { View } from "./view.ts";

/** How long others may take to let go of what runs no more. */
const MOST_FINALIZING_MS = 60_000;

/** Where the Job is gone or on its way, or Slipway has asked for that. */
export function departed(view: View): Decision | undefined {
  const { job, sight, start, context } = view;
  const isAsked = context.stopAskedAt !== undefined;
  if (!isAsked && job !== undefined && job.deletionTimestamp === undefined) return undefined;
  if (job === undefined && sight.pods.length === 0) return stopped(whyDeparted(view), false);
  if (start !== undefined && silenceOf(start, context.now)?.isLost) {
    const isKnown = isAsked || start.end !== undefined;
    return stopped(isKnown ? whyDeparted(view) : diagnosisOf(view, start, "NodeLost", []), true);
  }
  return isAsked ? stopping(view) : deleted(view);
}

/** It has stopped when Job and pods are gone; where a finalizer keeps them, a while after nothing of them runs. */
function stopping(view: View): Decision {
  if (isOrphaned(view)) return stopped(whyDeparted(view), true);
  const { job, sight, context } = view;
  const isDeleted = job === undefined || job.deletionTimestamp !== undefined;
  const waited = context.now - (context.stopAskedAt ?? context.now);
  return isDeleted && waited >= MOST_FINALIZING_MS && !sight.pods.some(isLeft)
    ? stopped(whyDeparted(view), false)
    : { status: "running", message: "is being stopped" };
}

/** A pod that is left behind goes on without its Job. */
function deleted(view: View): Decision | undefined {
  if (isOrphaned(view)) return undefined;
  if (!view.sight.pods.some(isLeft)) return stopped(whyDeparted(view), false);
  return { status: "running", message: "the Job is being deleted" };
}

/** The owner is gone, but nobody takes the pod away, or not yet. */
function isOrphaned({ job, sight }: View): boolean {
  return (
    job === undefined &&
    sight.pods.some((pod) => isLeft(pod) && pod.deletionTimestamp === undefined)
  );
}

function whyDeparted(view: View) {
  const { start, context } = view;
  if (start !== undefined) return diagnoseEnd(view, start);
  const isAsked = context.stopAskedAt !== undefined;
  return diagnosisOf(view, undefined, isAsked ? "UserInitiated" : "JobDeleted", []);
}

function isLeft({ phase }: SeenPod): boolean {
  return phase !== "Failed" && phase !== "Succeeded";
}
