import type { JsonObject } from "@slipway/core";
import { objectsOf } from "../plain-read.ts";

interface Calls {
  readonly definition: JsonObject;
  readonly run: JsonObject;
}

/** Tells whether the task is meant for Fargate: by the author's word, or since nothing else is asked for. */
export function isMeantForFargate(args: Calls): boolean {
  const { launchType, capacityProviderStrategy } = args.run;
  return saysFargate(args) || (launchType === undefined && capacityProviderStrategy === undefined);
}

/** Tells whether the author names Fargate, so that a field which it does not have is a mistake for sure. */
export function saysFargate({ definition, run }: Calls): boolean {
  const { requiresCompatibilities } = definition;
  const { launchType, capacityProviderStrategy } = run;
  if (Array.isArray(requiresCompatibilities) && requiresCompatibilities.includes("FARGATE")) {
    return true;
  }
  if (launchType !== undefined) return launchType === "FARGATE";
  return objectsOf(capacityProviderStrategy).some(({ capacityProvider }) =>
    String(capacityProvider).startsWith("FARGATE"),
  );
}
