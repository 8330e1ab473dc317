import type { JsonObject, SerializedEnvironment } from "@slipway/core";
import { checkStoredType } from "../stored-type.ts";
import { checkStorable, parseFargateArguments } from "./check.ts";
import { TYPE } from "./fargate-invalid.ts";

/**
 * The checked arguments of a stored `FargateTaskEnvironment`. Throws `ENVIRONMENT_INVALID`, and
 * `ENVIRONMENT_NOT_LAUNCHABLE` for another type or version.
 */
export function storedArguments(environment: SerializedEnvironment): JsonObject {
  checkStoredType(environment, TYPE);
  const copy = parseFargateArguments(environment.arguments);
  checkStorable(copy);
  return copy.value;
}
