import { type ResourceUsage, type SerializedEnvironment, SlipwayError } from "@slipway/core";
import { fargateArguments } from "../fargate-arguments.ts";
import { storedArguments } from "../stored-arguments.ts";
import { adviseSize, type SizeAdvice } from "./advise-size.ts";
import type { FargatePrices } from "./prices.ts";
import { taskCapacity } from "./task-capacity.ts";

/**
 * The size for a stored environment, by what its runs used. Undefined where no run tells, or no size would do. Throws
 * `ENVIRONMENT_INVALID`, and `ENVIRONMENT_NOT_LAUNCHABLE` where it is not for Fargate or says no size.
 */
export function adviseEnvironment(
  environment: SerializedEnvironment,
  usages: readonly ResourceUsage[],
  prices?: FargatePrices,
): SizeAdvice | undefined {
  const capacity = taskCapacity(fargateArguments(storedArguments(environment)));
  if (capacity !== undefined) return adviseSize(usages, capacity, prices);
  throw new SlipwayError(
    "ENVIRONMENT_NOT_LAUNCHABLE",
    "The flow's environment says no `cpu` and `memory` of a Linux task on Fargate, so there is no size to advise on (a definition given by ARN keeps its size in AWS)",
    { path: "cpu" },
  );
}
