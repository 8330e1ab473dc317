import type { Infrastructure, JsonObject, LaunchRequest, RenderedLaunch } from "@slipway/core";
import { textOf } from "../plain-read.ts";
import { pinnedDefinition } from "./family.ts";
import { renderRunTask } from "./run-task.ts";
import { renderTaskDefinition } from "./task-definition.ts";

/**
 * The exact inputs of RegisterTaskDefinition and RunTask; of RunTask alone when the author names a fixed
 * definition. Which revision RunTask names only ECS knows, so it is taken from `launched`; without that the
 * rendered RunTask names the family.
 */
export function renderFargateTask(
  args: JsonObject,
  request: LaunchRequest,
  launched?: Infrastructure,
): RenderedLaunch {
  const pinned = pinnedDefinition(args);
  if (pinned !== undefined) return { RunTask: renderRunTask(args, request, pinned) };
  const definition = renderTaskDefinition(args, request);
  const family = textOf(definition["family"]) ?? "";
  const revision = launched?.details["revision"];
  const name = revision === undefined ? family : `${family}:${String(revision)}`;
  return {
    RegisterTaskDefinition: definition,
    RunTask: renderRunTask(args, request, name),
  };
}
