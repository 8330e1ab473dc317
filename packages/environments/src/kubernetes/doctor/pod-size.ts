import type { Json, JsonObject } from "@slipway/core";
import { objectsOf } from "../../plain-read.ts";
import { parseQuantity } from "../quantity.ts";
import { objectOf } from "../read-job.ts";

/** How much of each resource (bytes, cores, devices), by its name. */
export type Amounts = ReadonlyMap<string, number>;

export interface ContainerSize {
  /** For example `containers[0]`. */
  readonly place: string;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export interface PodSize {
  readonly requests: Amounts;
  readonly limits: Amounts;
  /** What is given for the pod as a whole, in place of its containers' sums. */
  readonly whole: ContainerDefaults;
  /** The containers that run at the same time, sidecars among them, and the init containers. */
  readonly containers: readonly ContainerSize[];
}

/** What containers get where they ask for nothing, by a LimitRange. */
export interface ContainerDefaults {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

const NO_DEFAULTS: ContainerDefaults = { requests: new Map(), limits: new Map() };

/** What a pod takes of a node and of a quota, as the scheduler counts it. */
export function podSize(podSpec: JsonObject, defaults: ContainerDefaults = NO_DEFAULTS): PodSize {
  const main = sizesOf(podSpec, "containers", defaults);
  const init = sizesOf(podSpec, "initContainers", defaults);
  const isSidecar = objectsOf(podSpec["initContainers"]).map(
    ({ restartPolicy }) => restartPolicy === "Always",
  );
  const whole = wholeOf(podSpec);
  const overhead = amountsOf(podSpec["overhead"]);
  const total = (kind: "requests" | "limits", of: readonly ContainerSize[]) =>
    of.map((size) => size[kind]).reduce(added, new Map());
  const most = (kind: "requests" | "limits") => {
    const sidecars = init.filter((_, index) => isSidecar[index]);
    const running = total(kind, [...main, ...sidecars]);
    const starting = init.map((size, index) =>
      total(kind, [...init.slice(0, index).filter((_, before) => isSidecar[before]), size]),
    );
    const own = new Map([...starting.reduce(larger, running), ...whole[kind]]);
    return kind === "requests" ? added(own, overhead) : own;
  };
  const containers = [...main, ...init];
  return { requests: most("requests"), limits: most("limits"), whole, containers };
}

function wholeOf(podSpec: JsonObject): ContainerDefaults {
  const given = objectOf(podSpec["resources"]);
  const limits = amountsOf(given["limits"]);
  return { limits, requests: new Map([...limits, ...amountsOf(given["requests"])]) };
}

function sizesOf(podSpec: JsonObject, list: string, defaults: ContainerDefaults) {
  return objectsOf(podSpec[list]).map(({ resources }, index): ContainerSize => {
    const given = objectOf(resources);
    const limits = amountsOf(given["limits"]);
    const requests = amountsOf(given["requests"]);
    return {
      place: `${list}[${index}]`,
      limits: new Map([...defaults.limits, ...limits]),
      // A limit without a request is the request, and wins over a default.
      requests: new Map([...defaults.limits, ...defaults.requests, ...limits, ...requests]),
    };
  });
}

/** The quantities of an object such as `limits`. */
export function amountsOf(given: Json | undefined): Amounts {
  return new Map(
    Object.entries(objectOf(given)).flatMap(([name, quantity]) => {
      const amount = parseQuantity(quantity);
      return amount === undefined ? [] : [[name, amount] as const];
    }),
  );
}

function added(one: Amounts, other: Amounts): Amounts {
  const sum = new Map(one);
  for (const [name, amount] of other) sum.set(name, (sum.get(name) ?? 0) + amount);
  return sum;
}

function larger(one: Amounts, other: Amounts): Amounts {
  const most = new Map(one);
  for (const [name, amount] of other) most.set(name, Math.max(most.get(name) ?? 0, amount));
  return most;
}
