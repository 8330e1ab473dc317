import { isSlipwayError } from "@slipway/core";
import { exceptionOf } from "./cloud-error.ts";

/** Whether ECS refused because it does not have the task, or its cluster. */
export function isUnknownTask(error: unknown): boolean {
  if (exceptionOf(error) === "ClusterNotFoundException") return true;
  return (
    exceptionOf(error) === "InvalidParameterException" &&
    isSlipwayError(error) &&
    /task was not found|referenced task/i.test(String(error.details["message"]))
  );
}
