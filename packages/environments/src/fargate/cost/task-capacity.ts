import type { Cost, LaunchRequest, Timeline } from "@slipway/core";
import { isObject, objectsOf, textOf } from "../../plain-read.ts";
import type { FargateArguments } from "../fargate-arguments.ts";
import { sizeAfter } from "../memory-ladder.ts";
import { overridesOf } from "../rules/subject.ts";
import { runOf } from "../run-task.ts";
import { isMeantForFargate } from "../target.ts";
import { billedSeconds, costOf, type FargateCapacity } from "./cost-of.ts";
import type { FargatePrices } from "./prices.ts";

/** What tells one attempt's capacity from another's. */
type Attempt = Pick<LaunchRequest, "variant" | "earlier">;

/**
 * What an attempt on Fargate is given, as far as the arguments say; undefined for other capacity, for Windows, and
 * where a size is not given. A strategy with both providers counts as the one with the greater weight.
 */
export function taskCapacity(
  args: FargateArguments,
  attempt: Attempt = { variant: 0, earlier: [] },
): FargateCapacity | undefined {
  const run = runOf(args, attempt);
  const { definition, client } = args;
  const { cpu, memoryMiB } = sizeAfter({ ...args, run }, attempt.earlier);
  const platform = isObject(definition["runtimePlatform"]) ? definition["runtimePlatform"] : {};
  const system = textOf(platform["operatingSystemFamily"]) ?? "LINUX";
  if (cpu === undefined || memoryMiB === undefined) return undefined;
  if (system !== "LINUX" || !isMeantForFargate({ definition, run })) return undefined;
  const storage = overridesOf({ run })["ephemeralStorage"] ?? definition["ephemeralStorage"];
  const region = textOf(client["region"]) ?? textOf(client["regionName"]);
  return {
    cpu,
    memoryMiB,
    architecture: platform["cpuArchitecture"] === "ARM64" ? "ARM64" : "X86_64",
    spot: isSpot(run),
    ...(isObject(storage) ? { ephemeralStorageGiB: Number(storage["sizeInGiB"]) } : {}),
    ...(region === undefined ? {} : { region }),
  };
}

function isSpot(run: FargateArguments["run"]): boolean {
  const weightOf = (name: string) =>
    objectsOf(run["capacityProviderStrategy"])
      .filter(({ capacityProvider }) => capacityProvider === name)
      .reduce((sum, { weight, base }) => sum + Math.max(Number(weight ?? 0), Number(base ?? 0)), 0);
  const providers = objectsOf(run["capacityProviderStrategy"]);
  const alone = providers.length === 1 && providers[0]?.["capacityProvider"] === "FARGATE_SPOT";
  return alone || weightOf("FARGATE_SPOT") > weightOf("FARGATE");
}

/** What ECS says of a task that ran, which wins over what was asked for. */
export interface ToldOfTask {
  readonly timeline: Timeline;
  /** For example `FARGATE_SPOT`; absent where ECS does not say. */
  readonly capacityProviderName?: string | undefined;
  readonly region?: string | undefined;
}

/** What an attempt cost by list prices; undefined where it never pulled an image, or its capacity is not known. */
export function costOfTask(
  args: FargateArguments,
  attempt: Attempt,
  { timeline, capacityProviderName, region }: ToldOfTask,
  prices?: FargatePrices,
): Cost | undefined {
  const capacity = taskCapacity(args, attempt);
  const seconds = billedSeconds(timeline);
  if (capacity === undefined || seconds === undefined) return undefined;
  const told = {
    ...(capacityProviderName === undefined
      ? {}
      : { spot: capacityProviderName === "FARGATE_SPOT" }),
    ...(region === undefined ? {} : { region }),
  };
  return costOf({ ...capacity, ...told, seconds, prices });
}
