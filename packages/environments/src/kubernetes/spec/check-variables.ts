import { isObject, textOf } from "../../plain-read.ts";
import { listOf } from "../read-job.ts";
import { containersOf } from "./containers.ts";
import type { JobCheck } from "./finding.ts";

/** Variables without a name. */
export const checkVariables: JobCheck = (job) =>
  containersOf(job).flatMap(({ container, at }) =>
    listOf(container["env"]).flatMap((entry, index) =>
      isObject(entry) && textOf(entry["name"]) === undefined
        ? [{ at: [...at, "env", index], problem: "has no name; every variable needs one" }]
        : [],
    ),
  );
