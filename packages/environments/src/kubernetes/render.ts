import {
  FLOW_COMMAND,
  type Json,
  type JsonObject,
  type LaunchRequest,
  RESERVED_VARIABLES,
} from "@slipway/core";
import type { Change } from "../fargate/changes.ts";
import { isObject, objectsOf, textOf } from "../plain-read.ts";
import { authorEntries, reservedEntries } from "../reserved-environment.ts";
import { jobName } from "./job-name.ts";

const CREATE = "CreateNamespacedJob";
const CONTAINER = "spec.template.spec.containers[0]";

/** Everything that Slipway changes in the author's Job; all else is sent as it was given. */
export const KUBERNETES_CHANGES: readonly Change[] = Object.freeze(
  [
    {
      path: "metadata.name",
      change:
        "the Job's (or the flow's) name with a suffix for the run and attempt, unless `uniqueJobName` is false",
    },
    {
      path: "metadata.namespace",
      change: "`namespace` when it is given, otherwise `default` when the Job names none",
    },
    { path: "metadata.labels.identifier", change: "the attempt" },
    { path: "metadata.labels.flow_run_id", change: "the flow run" },
    { path: "spec.template.metadata.labels.identifier", change: "the attempt" },
    { path: "spec.template.metadata.labels.flow_run_id", change: "the flow run" },
    { path: `${CONTAINER}.name`, change: "`flow` when it has none" },
    { path: `${CONTAINER}.image`, change: "the flow's image, by digest" },
    { path: `${CONTAINER}.command`, change: "`node /slipway/flow.mjs`, without a shell" },
    { path: `${CONTAINER}.args`, change: "none" },
    {
      path: `${CONTAINER}.env`,
      change: "the ten reserved variables are appended; entries under their names are dropped",
    },
  ].map((change) => Object.freeze({ operation: CREATE, ...change })),
);

/** The Job as it would be sent. `args` is what a `KubernetesJobEnvironment` stored. */
export function renderJob(args: JsonObject, request: LaunchRequest): JsonObject {
  const job = objectOf(args["jobSpec"]);
  const metadata = objectOf(job["metadata"]);
  const namespace = textOf(args["namespace"]) ?? textOf(metadata["namespace"]) ?? "default";
  const labels = { identifier: request.attemptId, flow_run_id: request.flowRunId };
  return {
    ...job,
    metadata: {
      ...metadata,
      name: nameOf(metadata, args["uniqueJobName"] === false, request),
      namespace,
      labels: { ...objectOf(metadata["labels"]), ...labels },
    },
    spec: renderSpec(objectOf(job["spec"]), labels, request, namespace),
  };
}

function nameOf(metadata: JsonObject, keep: boolean, request: LaunchRequest): string {
  const given = textOf(metadata["name"]);
  if (keep && given !== undefined) return given;
  return jobName(given ?? request.flowName, request.flowRunId, request.attempt);
}

function renderSpec(
  spec: JsonObject,
  labels: JsonObject,
  request: LaunchRequest,
  namespace: string,
): JsonObject {
  const template = objectOf(spec["template"]);
  const metadata = objectOf(template["metadata"]);
  const podSpec = objectOf(template["spec"]);
  const [first = {}, ...others] = objectsOf(podSpec["containers"]);
  return {
    ...spec,
    template: {
      ...template,
      metadata: { ...metadata, labels: { ...objectOf(metadata["labels"]), ...labels } },
      spec: { ...podSpec, containers: [flowContainer(first, request, namespace), ...others] },
    },
  };
}

function flowContainer(given: JsonObject, request: LaunchRequest, namespace: string): JsonObject {
  return {
    ...given,
    name: textOf(given["name"]) ?? "flow",
    image: request.image,
    command: FLOW_COMMAND,
    args: [],
    env: [
      ...authorEntries(given["env"]),
      ...reservedEntries(RESERVED_VARIABLES, request, namespace),
    ],
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
