import { objectOf } from "../read-job.ts";
import type { JobCheck } from "./finding.ts";

const COUNTS = ["backoffLimit", "ttlSecondsAfterFinished"] as const;

/** Counts that cannot be below nothing. */
export const checkLimits: JobCheck = (job) => {
  const spec = objectOf(job["spec"]);
  return COUNTS.flatMap((field) => {
    const given = spec[field];
    return typeof given === "number" && given < 0
      ? [
          {
            at: ["spec", field],
            problem: `is ${given}; give 0 or more`,
            given,
            accepted: "0 or more",
          },
        ]
      : [];
  });
};
