import type { Infrastructure, JsonObject, LaunchRequest, RenderedLaunch } from "@slipway/core";
import { textOf } from "../plain-read.ts";
import { type FargateArguments, fargateArguments } from "./fargate-arguments.ts";
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
  return renderLaunch(fargateArguments(args), request, launched);
}

/** {@link renderFargateTask} for arguments that are sorted already. */
export function renderLaunch(
  args: FargateArguments,
  request: LaunchRequest,
  launched?: Infrastructure,
): RenderedLaunch {
  const { pinned } = args;
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
