import { objectOf } from "../read-job.ts";
import type { JobCheck } from "./finding.ts";

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A namespace's name as Kubernetes takes it. */
export function isNamespace(name: string): boolean {
  return DNS_LABEL.test(name);
}

/** What a manifest that was copied from a cluster holds, and a new object must not. */
export const checkMetadata: JobCheck = (job) => {
  const { namespace, resourceVersion } = objectOf(job["metadata"]);
  return [
    ...(typeof namespace === "string" && namespace !== "" && !isNamespace(namespace)
      ? [
          {
            at: ["metadata", "namespace"],
            problem:
              "is no name of a namespace: lower case letters, digits and hyphens, at most 63",
          },
        ]
      : []),
    ...(resourceVersion === undefined || resourceVersion === null || resourceVersion === ""
      ? []
      : [
          {
            at: ["metadata", "resourceVersion"],
            problem:
              "is of an object that exists already; take it out, with uid, creationTimestamp, spec.selector and status",
          },
        ]),
  ];
};
