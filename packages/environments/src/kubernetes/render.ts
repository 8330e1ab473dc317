import {
  FLOW_COMMAND,
  type Json,
  type JsonObject,
  type LaunchRequest,
  RESERVED_VARIABLES,
  type RenderedLaunch,
} from "@slipway/core";
import { isObject, textOf } from "../plain-read.ts";
import { isReserved, reservedEntries } from "../reserved-environment.ts";
import { jobName } from "./job-name.ts";
import type { KubernetesArguments } from "./kubernetes-arguments.ts";
import { launchLabels } from "./launch-labels.ts";
import { grownPodResources, grownResources, resourcesOf } from "./memory-growth.ts";
import { listOf, objectOf } from "./read-job.ts";

/** The Secret's one key. */
const TOKEN_KEY = "token";
const TOKEN_VARIABLE = "SLIPWAY__CLOUD__AUTH_TOKEN";
/** How long a finished Job stays where its author says nothing: time to look at it. */
const DEFAULT_TTL_SECONDS = 3600;

/** What is the same all over one launch. */
interface Launch {
  readonly args: KubernetesArguments;
  readonly request: LaunchRequest;
  readonly labels: JsonObject;
  readonly namespace: string;
  /** Of the attempt alone: the Secret's, and the Job's unless it keeps its author's. */
  readonly name: string;
}

/**
 * The exact inputs of the two calls, by operation. `contextNamespace` is that of the kubeconfig's context, which holds
 * where the arguments and the manifest are silent. Pure.
 */
export function renderLaunch(
  args: KubernetesArguments,
  request: LaunchRequest,
  contextNamespace?: string,
): RenderedLaunch {
  const metadata = objectOf(args.job["metadata"]);
  const prefix = textOf(metadata["name"]) ?? textOf(metadata["generateName"]) ?? request.flowName;
  const launch = {
    args,
    request,
    labels: launchLabels(request),
    namespace: args.namespace ?? contextNamespace ?? "default",
    name: jobName(prefix, request.flowRunId, request.attempt),
  };
  return { CreateNamespacedSecret: renderSecret(launch), CreateNamespacedJob: renderJob(launch) };
}

function renderSecret({ name, namespace, labels, request }: Launch): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels },
    type: "Opaque",
    immutable: true,
    stringData: { [TOKEN_KEY]: request.bootstrapToken },
  };
}

function renderJob(launch: Launch): JsonObject {
  const { job, uniqueJobName } = launch.args;
  const metadata = objectOf(job["metadata"]);
  const spec = objectOf(job["spec"]);
  const template = objectOf(spec["template"]);
  const own = uniqueJobName ? undefined : textOf(metadata["name"]);
  return {
    ...job,
    metadata: {
      ...labelled(metadata, launch.labels),
      name: own ?? launch.name,
      namespace: launch.namespace,
    },
    spec: {
      ...spec,
      ...defaultBackoff(spec),
      ttlSecondsAfterFinished: spec["ttlSecondsAfterFinished"] ?? DEFAULT_TTL_SECONDS,
      template: {
        ...template,
        metadata: labelled(objectOf(template["metadata"]), launch.labels),
        spec: renderPodSpec(objectOf(template["spec"]), launch),
      },
    },
  };
}

function labelled(metadata: JsonObject, labels: JsonObject): JsonObject {
  return { ...metadata, labels: { ...objectOf(metadata["labels"]), ...labels } };
}

/** With a limit for each index Kubernetes itself has no limit for the whole. */
function defaultBackoff(spec: JsonObject): JsonObject {
  const { backoffLimit, backoffLimitPerIndex } = spec;
  return (backoffLimit ?? backoffLimitPerIndex ?? null) === null ? { backoffLimit: 0 } : {};
}

function renderPodSpec(podSpec: JsonObject, launch: Launch): JsonObject {
  const [first, ...others] = listOf(podSpec["containers"]);
  const flow = flowContainer(objectOf(first), launch);
  return {
    ...podSpec,
    restartPolicy: podSpec["restartPolicy"] ?? "Never",
    containers: [flow, ...others],
    ...grownPod(podSpec, [resourcesOf(first), resourcesOf(flow)], launch),
  };
}

function flowContainer(given: JsonObject, launch: Launch): JsonObject {
  return {
    ...given,
    name: textOf(given["name"]) ?? "flow",
    image: launch.request.image,
    command: FLOW_COMMAND,
    args: [],
    env: [
      ...listOf(given["env"]).filter((entry) => !isReserved(entry)),
      ...reservedEntries(RESERVED_VARIABLES, launch.request, launch.namespace).map((entry) =>
        entry["name"] === TOKEN_VARIABLE ? tokenEntry(launch.name) : entry,
      ),
    ],
    ...grown(given, launch),
  };
}

function tokenEntry(secret: string): JsonObject {
  return {
    name: TOKEN_VARIABLE,
    valueFrom: { secretKeyRef: { name: secret, key: TOKEN_KEY } },
  };
}

/** The resources of a pod that ran out of memory before; with those of the flow's container, as given and as grown. */
function grownPod(
  podSpec: JsonObject,
  flow: readonly [JsonObject, JsonObject],
  { args, request }: Launch,
): { readonly resources?: Json } {
  const { scaleMemory } = args.policy;
  if (scaleMemory === undefined || !isObject(podSpec["resources"])) return {};
  return {
    resources: grownPodResources(resourcesOf(podSpec), flow, scaleMemory, request.earlier),
  };
}

/** The resources of a container that ran out of memory before. */
function grown(holder: JsonObject, { args, request }: Launch): { readonly resources?: Json } {
  const { scaleMemory } = args.policy;
  if (scaleMemory === undefined || !isObject(holder["resources"])) return {};
  return { resources: grownResources(resourcesOf(holder), scaleMemory, request.earlier) };
}
