import { isSlipwayError, type JsonObject } from "@slipway/core";
import { allowed, type Finding, notProven, type Probe } from "../../doctor/check.ts";
import { causeOf } from "../../fargate/cloud-error.ts";
import { textOf } from "../../plain-read.ts";
import { objectOf } from "../read-job.ts";
import { wordsOf } from "./reading.ts";
import { inNamespace, type KubernetesSubject } from "./subject.ts";

const HOW = "had the API server check it and keep nothing (a dry run)";

/** Whether the API server would take what a launch sends, and the pod that the cluster makes of it. */
export function dryRunProbes(subject: KubernetesSubject): readonly Probe[] {
  return [
    dryRunProbe(subject, "Secret of the token", "/api/v1", "secrets", subject.secret),
    dryRunProbe(subject, "Job", "/apis/batch/v1", "jobs", subject.job),
    podProbe(subject),
  ];
}

function dryRunProbe(
  subject: KubernetesSubject,
  what: string,
  api: string,
  resource: string,
  body: JsonObject,
): Probe {
  return {
    action: `have the ${what} admitted`,
    resource: inNamespace(subject),
    how: HOW,
    run: () =>
      orNotDry(
        async () => taken(await dryRun(subject, api, resource, body)),
        "its right is missing",
      ),
  };
}

/** The agent itself makes no pods, so it may well not be allowed to. */
function podProbe(subject: KubernetesSubject): Probe {
  const { metadata, spec } = objectOf(objectOf(subject.job["spec"])["template"]);
  const { labels = {}, annotations = {} } = objectOf(metadata);
  const name = textOf(objectOf(subject.job["metadata"])["name"]) ?? "slipway-doctor";
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { generateName: `${name}-`, labels, annotations },
    spec: objectOf(spec),
  };
  return {
    action: "have the pod admitted",
    resource: inNamespace(subject),
    how: HOW,
    run: () =>
      orNotDry(
        async () => taken(await dryRun(subject, "/api/v1", "pods", pod)),
        "to try that takes the right to create pods, which launching does not need; try as somebody who has it, to see PodSecurity, quota and limits applied",
      ),
  };
}

async function dryRun(
  { api, namespace, fieldValidation }: KubernetesSubject,
  group: string,
  resource: string,
  body: JsonObject,
): Promise<readonly string[]> {
  const { warnings } = await api.call({
    operation: `create ${textOf(body["kind"]) ?? resource} (dry run)`,
    method: "POST",
    path: `${group}/namespaces/${encodeURIComponent(namespace)}/${resource}`,
    query: { dryRun: "All", fieldValidation },
    body,
  });
  return warnings;
}

function taken(warnings: readonly string[]): Finding {
  return allowed(
    warnings.length === 0
      ? "it would be taken"
      : `it would be taken; warned: ${warnings.join("; ")}`,
  );
}

async function orNotDry(run: () => Promise<Finding>, forbidden: string): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    if (causeOf(error) === "AccessDenied") return notProven(`could not be proved: ${forbidden}`);
    if (isWebhookWithoutDryRun(error)) return notProven(`could not be proved: ${wordsOf(error)}`);
    throw error;
  }
}

function isWebhookWithoutDryRun(error: unknown): boolean {
  return isSlipwayError(error) && /does not support dry run/.test(wordsOf(error));
}
