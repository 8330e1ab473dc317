import { isObject, objectsOf, textOf } from "../plain-read.ts";
import type { FargateArguments } from "./fargate-arguments.ts";

/** The name of the container that the flow runs in: the first one's; under a fixed definition that of the first override. */
export function flowContainerName({
  definition,
  run,
  pinned,
}: Pick<FargateArguments, "definition" | "run" | "pinned">): string {
  const overrides = isObject(run["overrides"]) ? run["overrides"] : {};
  const [first] =
    pinned === undefined
      ? objectsOf(definition["containerDefinitions"])
      : objectsOf(overrides["containerOverrides"]);
  return textOf(first?.["name"]) ?? "flow";
}
