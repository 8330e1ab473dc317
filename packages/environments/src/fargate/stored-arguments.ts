import { type JsonObject, type SerializedEnvironment, SlipwayError } from "@slipway/core";
import { checkStorable, parseFargateArguments } from "./check.ts";
import { TYPE } from "./fargate-invalid.ts";

/**
 * The checked arguments of a stored `FargateTaskEnvironment`. Throws `ENVIRONMENT_INVALID`, and
 * `ENVIRONMENT_NOT_LAUNCHABLE` for another type or version.
 */
export function storedArguments({ type, version, arguments: given }: SerializedEnvironment) {
  if (type !== TYPE || version !== 1) {
    throw new SlipwayError(
      "ENVIRONMENT_NOT_LAUNCHABLE",
      `This is for a ${TYPE} (version 1), and the flow has a ${String(type)} (version ${String(version)})`,
      { given: { type, version }, accepted: [TYPE] },
    );
  }
  const copy = parseFargateArguments(given);
  checkStorable(copy);
  const value: JsonObject = copy.value;
  return value;
}
