import type { Json, JsonObject } from "@slipway/core";
import { isObject } from "../plain-read.ts";
import type { MemoryScaling } from "../retry-policy/scaling.ts";
import { parseMebibytes } from "./quantity.ts";
import { podSpecOf } from "./read-job.ts";

const HOLDERS = ["limits", "requests"] as const;
type Holder = (typeof HOLDERS)[number];

/** Resources with the memory of an attempt after these: each `OutOfMemory` among them has scaled it once. */
export function grownResources(
  resources: JsonObject,
  scaling: MemoryScaling,
  earlier: readonly string[],
): JsonObject {
  const grown = HOLDERS.flatMap((holder) => {
    const given = resources[holder];
    const after = grownMemory(memoryIn(resources, holder), scaling, earlier);
    return isObject(given) && after !== undefined
      ? [[holder, { ...given, memory: `${after}Mi` }] as const]
      : [];
  });
  return { ...resources, ...Object.fromEntries(grown) };
}

/**
 * A pod's own resources beside those of the flow's container, before and after: they grow as a container's do, and by
 * as much as that one at the least, since the other containers need theirs, too. Kubernetes refuses a pod with less.
 */
export function grownPodResources(
  pod: JsonObject,
  [before, after]: readonly [JsonObject, JsonObject],
  scaling: MemoryScaling,
  earlier: readonly string[],
): JsonObject {
  const added = (holder: Holder) => effective(after, holder) - effective(before, holder);
  const own = grownResources(pod, scaling, earlier);
  const requests = raised(own, "requests", (memoryIn(pod, "requests") ?? 0) + added("requests"));
  const most = Math.max(added("limits"), added("requests"));
  const limit = (memoryIn(pod, "limits") ?? 0) + most;
  return raised(requests, "limits", Math.max(limit, memoryIn(requests, "requests") ?? 0));
}

/** A container asks for its limit where it says nothing else. */
function effective(resources: JsonObject, holder: Holder): number {
  const asked = holder === "requests" ? memoryIn(resources, "requests") : undefined;
  return asked ?? memoryIn(resources, "limits") ?? 0;
}

/** With so much memory at the least, where any is given. */
function raised(resources: JsonObject, holder: Holder, least: number): JsonObject {
  const given = resources[holder];
  const now = memoryIn(resources, holder);
  if (!isObject(given) || now === undefined || now >= least) return resources;
  return { ...resources, [holder]: { ...given, memory: `${Math.ceil(least)}Mi` } };
}

/**
 * What bounds the memory of an attempt's process, in MiB: the flow container's limit, else the pod's, else what the
 * container asks for. Undefined where the Job says nothing.
 */
export function memoryAfter(
  job: JsonObject,
  scaling: MemoryScaling,
  earlier: readonly string[],
): number | undefined {
  const bound = memoryOf(job);
  return grownMemory(bound, scaling, earlier) ?? bound;
}

/** {@link memoryAfter} for the first attempt. */
export function memoryOf(job: JsonObject): number | undefined {
  const pod = podSpecOf(job);
  const container = Array.isArray(pod["containers"]) ? pod["containers"][0] : undefined;
  const own = resourcesOf(container);
  const whole = resourcesOf(pod);
  return memoryIn(own, "limits") ?? memoryIn(whole, "limits") ?? memoryIn(own, "requests");
}

/** The resources of a container, or of a pod. */
export function resourcesOf(holder: Json | undefined): JsonObject {
  const resources = isObject(holder) ? holder["resources"] : undefined;
  return isObject(resources) ? resources : {};
}

function memoryIn(resources: JsonObject, holder: Holder): number | undefined {
  const given = resources[holder];
  return isObject(given) ? parseMebibytes(given["memory"]) : undefined;
}

/** In whole MiB, and undefined where nothing grows: what the author wrote stays then. */
function grownMemory(
  given: number | undefined,
  { factor, maxMiB }: MemoryScaling,
  earlier: readonly string[],
): number | undefined {
  const times = earlier.filter((cause) => cause === "OutOfMemory").length;
  if (given === undefined || times === 0 || given >= maxMiB) return undefined;
  let size = given;
  for (let time = 0; time < times; time++) size = Math.min(Math.ceil(size * factor), maxMiB);
  return size;
}
