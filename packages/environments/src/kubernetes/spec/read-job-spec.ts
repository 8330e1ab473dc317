import { isPlainObject, type JsonObject, type SlipwayError } from "@slipway/core";
import { refuseMissing } from "../../missing.ts";
import { copyPlain } from "../../plain-copy.ts";
import { kubernetesInvalid, TYPE } from "../kubernetes-invalid.ts";
import { checkJob } from "./check-job.ts";
import { type Finding, pathText } from "./finding.ts";
import { jsonLength, MOST_BYTES } from "./job-size.ts";
import { readYaml } from "./yaml-job.ts";

/** Reads a Job from the text of a file and checks it. Throws `ENVIRONMENT_INVALID` with line and column. */
export function readJobText(text: string, file: string): JsonObject {
  const { value, place } = readYaml(text, file);
  return accepted(value, file, ({ at, problem, ...more }) => {
    const field = at.length === 0 ? "" : `${pathText(at)} `;
    return kubernetesInvalid({ path: place(at), problem: `${field}${problem}`, ...more });
  });
}

/** Checks a Job that was given as an object. Throws `ENVIRONMENT_INVALID` with the path. */
export function readJobObject(given: unknown): JsonObject {
  const root = "jobSpec";
  return accepted(given, root, ({ at, ...rest }) =>
    kubernetesInvalid({ path: at.length === 0 ? root : `${root}.${pathText(at)}`, ...rest }),
  );
}

function accepted(
  given: unknown,
  where: string,
  toError: (finding: Finding) => SlipwayError,
): JsonObject {
  if (!isPlainObject(given)) {
    throw toError({ at: [], problem: "must be one object: the manifest of a Job" });
  }
  if (jsonLength(given, MOST_BYTES) > MOST_BYTES) {
    throw kubernetesInvalid({
      path: where,
      problem: `is over ${MOST_BYTES} bytes as JSON, more than an API server takes; put large texts in a ConfigMap or in the image`,
      accepted: `${MOST_BYTES} bytes`,
    });
  }
  const { value, missing } = copyPlain(TYPE, given);
  refuseMissing(
    TYPE,
    missing.map((path) => `${where}.${path}`),
  );
  const [finding] = checkJob(value);
  if (finding !== undefined) throw toError(finding);
  return value;
}
