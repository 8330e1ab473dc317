import type { Task } from "@aws-sdk/client-ecs";
import type { Cost, Timeline } from "@slipway/core";
import type { FargateArguments } from "../fargate-arguments.ts";
import { billedSeconds, costOf } from "./cost-of.ts";
import type { FargatePrices } from "./prices.ts";
import { costOfTask } from "./task-capacity.ts";

interface Launched {
  readonly args: FargateArguments;
  readonly variant: number;
  readonly timeline: Timeline;
  readonly prices: FargatePrices | undefined;
}

/** What a task cost by list prices: by the size that ECS says it had, else by the one that was asked for. */
export function costOfLaunched(task: Task, launched: Launched): Cost | undefined {
  const { args, variant, timeline, prices } = launched;
  const { capacityProviderName, taskArn = "" } = task;
  const region = taskArn.split(":")[3];
  const seconds = billedSeconds(timeline);
  const cpu = Number(task.cpu);
  const memoryMiB = Number(task.memory);
  if (seconds === undefined || !isFargateOnLinux(task)) return undefined;
  if (!(cpu > 0 && memoryMiB > 0)) {
    const told = { timeline, capacityProviderName, region };
    return costOfTask(args, { variant, earlier: [] }, told, prices);
  }
  return costOf({
    cpu,
    memoryMiB,
    seconds,
    region,
    prices,
    architecture: isArm(task) ? "ARM64" : "X86_64",
    spot: capacityProviderName === "FARGATE_SPOT",
    ephemeralStorageGiB: task.ephemeralStorage?.sizeInGiB,
  });
}

/** Other capacity is billed as instances, and Windows by other prices. */
function isFargateOnLinux({ launchType, capacityProviderName = "", platformFamily }: Task) {
  const fargate = launchType === "FARGATE" || capacityProviderName.startsWith("FARGATE");
  return fargate && !/windows/i.test(platformFamily ?? "");
}

function isArm({ attributes = [] }: Task): boolean {
  return attributes.some(
    ({ name, value }) => name === "ecs.cpu-architecture" && /^arm/i.test(value ?? ""),
  );
}
