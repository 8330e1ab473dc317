import type { JsonObject, SerializedEnvironment } from "@slipway/core";
import { isObject, textOf, without } from "../plain-read.ts";
import { checkStoredType } from "../stored-type.ts";
import { kubernetesArguments } from "./kubernetes-arguments.ts";
import { kubernetesInvalid, TYPE } from "./kubernetes-invalid.ts";
import { objectOf } from "./read-job.ts";
import { isNamespace } from "./spec/check-metadata.ts";
import { readJobObject, readJobText } from "./spec/read-job-spec.ts";

/**
 * The checked arguments of a `KubernetesJobEnvironment`, with its Job read: what a flow's image stores. Throws
 * `ENVIRONMENT_INVALID`, and `ENVIRONMENT_NOT_LAUNCHABLE` for another type or version.
 */
export function storedArguments(environment: SerializedEnvironment): JsonObject {
  checkStoredType(environment, TYPE);
  const given = environment.arguments;
  const { jobSpecFile, jobSpec } = given;
  const job = isObject(jobSpecFile)
    ? readJobText(textOf(jobSpecFile["text"]) ?? "", textOf(jobSpecFile["path"]) ?? "jobSpecFile")
    : readJobObject(jobSpec);
  const args = { ...without(given, "jobSpecFile"), jobSpec: job };
  kubernetesArguments(args);
  checkNamespace(args);
  return Object.freeze(args);
}

function checkNamespace({ namespace, jobSpec }: JsonObject): void {
  const given = textOf(namespace);
  if (given === undefined) return;
  if (!isNamespace(given)) {
    throw kubernetesInvalid({
      path: "namespace",
      problem: "is no name of a namespace: lower case letters, digits and hyphens, at most 63",
    });
  }
  const own = textOf(objectOf(objectOf(jobSpec)["metadata"])["namespace"]);
  if (own === undefined || own === given) return;
  throw kubernetesInvalid({
    path: "namespace",
    problem: "differs from the Job's own metadata.namespace; give one of them",
  });
}
