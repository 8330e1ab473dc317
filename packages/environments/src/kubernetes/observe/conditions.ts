import type { SeenJob, SeenPod } from "../sight.ts";

type JobCondition = SeenJob["conditions"][number];
type PodCondition = SeenPod["conditions"][number];

export function podCondition(pod: SeenPod, type: string): PodCondition | undefined {
  return pod.conditions.find((condition) => condition.type === type);
}

/** Whether the condition is `True`: one that is not there is neither true nor false. */
export function isTrue(condition: { readonly status: string } | undefined): boolean {
  return condition?.status === "True";
}

function trueCondition(
  job: SeenJob | undefined,
  types: readonly string[],
): JobCondition | undefined {
  return job?.conditions.find(
    (condition) => types.includes(condition.type) && condition.status === "True",
  );
}

/** Why the Job has failed or is about to: `FailureTarget` comes before its pods have ended, `Failed` after. */
export function jobFailure(job: SeenJob | undefined): JobCondition | undefined {
  return trueCondition(job, ["Failed", "FailureTarget"]);
}

/** Whether the Job starts no pod any more. */
export function isJobOver(job: SeenJob | undefined): boolean {
  if (job === undefined || job.deletionTimestamp !== undefined) return true;
  const types = ["Complete", "SuccessCriteriaMet", "Failed", "FailureTarget"];
  return trueCondition(job, types) !== undefined;
}
