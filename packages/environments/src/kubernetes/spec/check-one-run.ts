import { objectOf, podSpecOf } from "../read-job.ts";
import type { Finding, JobCheck } from "./finding.ts";

/** One run of a flow is one pod at a time, which ends. */
export const checkOneRun: JobCheck = (job) => {
  const spec = objectOf(job["spec"]);
  return [...counts(spec), ...restarts(podSpecOf(job)["restartPolicy"]), ...selectors(spec)];
};

function counts(spec: ReturnType<typeof objectOf>): readonly Finding[] {
  return (["parallelism", "completions"] as const).flatMap((field) => {
    const given = spec[field] ?? null;
    if (given === null || given === 1) return [];
    return [
      {
        at: ["spec", field],
        problem: `is ${JSON.stringify(given)}; it must be 1 or left out, since one flow run is one pod at a time (map a task, or create more runs, to do more at once)`,
        given,
        accepted: 1,
      },
    ];
  });
}

function restarts(given: ReturnType<typeof objectOf>[string] | undefined): readonly Finding[] {
  if (given === undefined || given === null || given === "Never" || given === "OnFailure")
    return [];
  return [
    {
      at: ["spec", "template", "spec", "restartPolicy"],
      problem: `is ${JSON.stringify(given)}; a Job takes Never or OnFailure (without it Slipway sets Never)`,
      given,
      accepted: ["Never", "OnFailure"],
    },
  ];
}

function selectors({ selector, manualSelector }: ReturnType<typeof objectOf>): readonly Finding[] {
  if (selector === undefined || selector === null || manualSelector === true) return [];
  return [
    {
      at: ["spec", "selector"],
      problem:
        "is made by Kubernetes itself and refused from anybody else; take it out (or give manualSelector: true)",
    },
  ];
}
