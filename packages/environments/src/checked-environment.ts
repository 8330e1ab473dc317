import type { SerializedEnvironment } from "@slipway/core";
import { TYPE } from "./kubernetes/kubernetes-invalid.ts";
import { storedArguments } from "./kubernetes/stored-arguments.ts";

/**
 * An environment as a flow's image stores it, made of what the flow's own process says of it: files that it names are
 * read and checked here, so that the flow's bundle need not carry what reads them. Throws `ENVIRONMENT_INVALID`.
 */
export function checkedEnvironment(environment: SerializedEnvironment): SerializedEnvironment {
  if (environment.type !== TYPE) return environment;
  return { ...environment, arguments: storedArguments(environment) };
}
