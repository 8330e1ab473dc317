import { isObject, objectsOf } from "../plain-read.ts";
import type { FargateArguments } from "./fargate-arguments.ts";
import { flowContainerName } from "./flow-container.ts";
import { largestUpTo, parseCpu, parseMemory, sizeHolding } from "./sizes.ts";
import { isMeantForFargate } from "./target.ts";

type Sizing = Omit<FargateArguments, "client">;

/** What a task and its flow's container get: only what the author gives a size for. MiB, and CPU units. */
export interface GrownSize {
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly container: Readonly<Partial<Record<ContainerLimit, number>>>;
}

const LIMITS = ["memory", "memoryReservation"] as const;
type ContainerLimit = (typeof LIMITS)[number];

/** The sizes of an attempt after these: each `OutOfMemory` among them has scaled the memory once, where the policy says so. */
export function sizeAfter(args: Sizing, earlier: readonly string[]): GrownSize {
  const times = earlier.filter((cause) => cause === "OutOfMemory").length;
  let size = givenSize(args);
  for (let time = 0; time < times; time++) size = grow(size, args);
  return size;
}

/** What bounds the memory of the flow's process: the task's, or else its container's. */
export function memoryOf({ memoryMiB, container }: GrownSize): number | undefined {
  return memoryMiB ?? container.memory ?? container.memoryReservation;
}

function givenSize(args: Sizing): GrownSize {
  const { definition, run } = args;
  const overrides = isObject(run["overrides"]) ? run["overrides"] : {};
  const cpu = overrides["cpu"] ?? definition["cpu"];
  const memory = overrides["memory"] ?? definition["memory"];
  return {
    ...(cpu === undefined ? {} : { cpu: parseCpu(cpu, "cpu") }),
    ...(memory === undefined ? {} : { memoryMiB: parseMemory(memory, "memory") }),
    container: containerLimits(args),
  };
}

function containerLimits(args: Sizing) {
  const name = flowContainerName(args);
  const overrides = isObject(args.run["overrides"]) ? args.run["overrides"] : {};
  const own = objectsOf(overrides["containerOverrides"]).find((item) => item["name"] === name);
  const [first = {}] = objectsOf(args.definition["containerDefinitions"]);
  const found = LIMITS.map((limit) => [limit, own?.[limit] ?? first[limit]] as const);
  return Object.fromEntries(found.filter(([, given]) => typeof given === "number"));
}

function grow(size: GrownSize, args: Sizing): GrownSize {
  const { scaleMemory } = args.policy;
  if (scaleMemory === undefined) return size;
  const { factor, maxMiB } = scaleMemory;
  const { memoryMiB, cpu } = size;
  if (memoryMiB === undefined) return { ...size, container: scaled(size, factor, maxMiB) };
  const wanted = Math.ceil(memoryMiB * factor);
  const next = isMeantForFargate(args)
    ? legalSize(wanted, maxMiB, cpu)
    : { memoryMiB: Math.min(wanted, maxMiB), cpu };
  if (next === undefined || next.memoryMiB <= memoryMiB) return size;
  return {
    ...(cpu === undefined ? {} : { cpu: next.cpu ?? cpu }),
    memoryMiB: next.memoryMiB,
    container: scaled(size, next.memoryMiB / memoryMiB, next.memoryMiB),
  };
}

/** The next size that Fargate has, with more CPU only where the memory asks for it. */
function legalSize(wanted: number, maxMiB: number, cpu = 0) {
  const next = sizeHolding({ cpu, memoryMiB: wanted });
  return next !== undefined && next.memoryMiB <= maxMiB ? next : largestUpTo(maxMiB, cpu);
}

/** All limits by one ratio, so that what the other containers have still fits beside them. */
function scaled({ container }: GrownSize, ratio: number, maxMiB: number) {
  const limits = Object.entries(container).map(([limit, mib]) => [
    limit,
    Math.max(mib, Math.min(Math.floor(mib * ratio), maxMiB)),
  ]);
  return Object.fromEntries(limits);
}
