import { SlipwayError } from "@slipway/core";
import { type LogDestination, logDestination } from "../logs/log-destination.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import type { TaskContext } from "./task-context.ts";

const NO_GROUP =
  "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.";

/**
 * Where the output of each container goes. Throws `LAUNCH_FAILED` in ECS's words where a log group is missing
 * that nobody is to make.
 */
export function assertLogGroups(
  { family, containerDefinitions }: TaskDefinition,
  taskId: string,
  { logs, createsLogGroups, log }: TaskContext,
): void {
  for (const container of containerDefinitions) {
    const destination = logDestination(container, family, taskId);
    const { group, createsGroup, remark } = destination;
    if (remark !== undefined) log(`task ${taskId}: container ${container.name}: ${remark}`);
    if (!createsLogGroups && !createsGroup && logs.group(group) === undefined)
      throw noGroup(destination);
  }
}

function noGroup({ group }: LogDestination): SlipwayError {
  return new SlipwayError("LAUNCH_FAILED", NO_GROUP, { logGroupName: group });
}
