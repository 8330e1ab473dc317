import { diagnoseEnd, diagnosisOf } from "../diagnose/diagnose.ts";
import type { SeenPod } from "../sight.ts";
import { type Decision, stopped } from "./decision.ts";
import { silenceOf } from "./silent-node.ts";
import type { View } from "./view.ts";

/** Where the Job is gone or on its way, or Slipway has asked for that. */
export function departed(view: View): Decision | undefined {
  const { job, sight, start, context } = view;
  const isAsked = context.stopAskedAt !== undefined;
  if (!isAsked && job !== undefined && job.deletionTimestamp === undefined) return undefined;
  if (job === undefined && sight.pods.length === 0) return stopped(whyDeparted(view), false);
  if (start !== undefined && silenceOf(start, context.now)?.isLost) {
    return stopped(isAsked ? whyDeparted(view) : diagnosisOf(view, start, "NodeLost", []), true);
  }
  return isAsked ? stopping(view) : deleted(view);
}

/** It has stopped when its pods are gone, and not before. */
function stopping(view: View): Decision {
  return isOrphaned(view)
    ? stopped(whyDeparted(view), true)
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
