import type { Json } from "@slipway/core";
import type { Finding, JobCheck } from "./finding.ts";

/** What to do with manifests that hold a Job, or may run what one runs. */
const HINTS: Readonly<Record<string, string>> = {
  List: "; give the file the one item that runs the flow",
  CronJob: "; give its spec.jobTemplate.spec as a Job's spec, and the flow a schedule",
  Pod: "; give its spec as a Job's spec.template.spec",
  Deployment: "; a flow run ends, so only a Job runs it",
};

/** Every Job says which kind of object it is. */
export const checkHeader: JobCheck = (job) => {
  const { kind, apiVersion } = job;
  const hint = (typeof kind === "string" ? HINTS[kind] : undefined) ?? "";
  return [
    ...expected("kind", kind, "Job", hint),
    ...expected("apiVersion", apiVersion, "batch/v1", ""),
  ];
};

function expected(
  field: string,
  given: Json | undefined,
  accepted: string,
  hint: string,
): readonly Finding[] {
  if (given === accepted) return [];
  const problem =
    given === undefined || given === null
      ? `is missing; it must be ${accepted}`
      : `is ${JSON.stringify(given)}; it must be ${accepted}${hint}`;
  return [{ at: [field], problem, given: given ?? null, accepted }];
}
