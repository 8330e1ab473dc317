import type { JsonObject } from "@slipway/core";
import { objectsOf } from "../../plain-read.ts";
import { objectOf } from "../read-job.ts";
import { amountText } from "./amount-text.ts";
import { type Amounts, amountsOf, type ContainerDefaults, type PodSize } from "./pod-size.ts";

/** What the namespace's LimitRanges give to containers that ask for nothing. */
export function defaultsOf(ranges: readonly JsonObject[]): ContainerDefaults {
  const items = itemsOf(ranges).filter(({ type }) => type === "Container");
  const all = (name: string) => new Map(items.flatMap((item) => [...amountsOf(item[name])]));
  return { limits: all("default"), requests: all("defaultRequest") };
}

/** What the namespace's LimitRanges refuse in a pod, in words. */
export function limitProblems(ranges: readonly JsonObject[], size: PodSize): readonly string[] {
  return itemsOf(ranges).flatMap((item) => {
    const bounds = { min: amountsOf(item["min"]), max: amountsOf(item["max"]) };
    if (item["type"] === "Pod") return outside("the pod", size, bounds);
    if (item["type"] !== "Container") return [];
    return size.containers.flatMap((container) => outside(container.place, container, bounds));
  });
}

function itemsOf(ranges: readonly JsonObject[]): readonly JsonObject[] {
  return ranges.flatMap(({ spec }) => objectsOf(objectOf(spec)["limits"]));
}

function outside(
  place: string,
  { requests, limits }: { readonly requests: Amounts; readonly limits: Amounts },
  { min, max }: { readonly min: Amounts; readonly max: Amounts },
): readonly string[] {
  return [
    ...[...max].flatMap(([resource, most]) => {
      const given = limits.get(resource);
      if (given !== undefined && given <= most) return [];
      return [
        `${said(place, "a limit", resource, given)}, and ${amountText(resource, most)} is the most`,
      ];
    }),
    ...[...min].flatMap(([resource, least]) => {
      const given = requests.get(resource);
      if (given !== undefined && given >= least) return [];
      return [
        `${said(place, "a request", resource, given)}, and ${amountText(resource, least)} is the least`,
      ];
    }),
  ];
}

function said(place: string, what: string, resource: string, given: number | undefined): string {
  return given === undefined
    ? `${place} has not ${what} of ${resource}`
    : `${place} has ${what} of ${amountText(resource, given)} ${resource}`;
}
