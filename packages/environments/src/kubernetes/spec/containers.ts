import type { Json, JsonObject } from "@slipway/core";
import { isObject, textOf } from "../../plain-read.ts";
import { listOf, podSpecOf } from "../read-job.ts";
import type { Path } from "./finding.ts";

const POD_SPEC: Path = ["spec", "template", "spec"];
const LISTS = ["containers", "initContainers"] as const;

export interface PlacedContainer {
  readonly container: JsonObject;
  readonly at: Path;
  /** By its place in the pod's specification, for example `containers[1]`. */
  readonly place: string;
  /** Whether it is the one that runs the flow. */
  readonly isFlow: boolean;
  /** As it will be called; the flow's is called `flow` where it has none. */
  readonly name: string | undefined;
}

/** A pod's containers, the flow's first, then its init containers. */
export function containersOf(job: JsonObject): readonly PlacedContainer[] {
  const podSpec = podSpecOf(job);
  return LISTS.flatMap((list) =>
    listOf(podSpec[list]).flatMap((item: Json, index) => {
      if (!isObject(item)) return [];
      const isFlow = list === "containers" && index === 0;
      return {
        container: item,
        at: [...POD_SPEC, list, index],
        place: `${list}[${index}]`,
        isFlow,
        name: textOf(item["name"]) ?? (isFlow ? "flow" : undefined),
      };
    }),
  );
}

/** Tells whether the path is that of the container that runs the flow. */
export function isFlowContainer(path: Path): boolean {
  return path.join(".") === [...POD_SPEC, "containers", 0].join(".");
}
