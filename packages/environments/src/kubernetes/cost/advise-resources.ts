import type { Json, JsonObject, ResourceUsage, SerializedEnvironment } from "@slipway/core";
import { checkStoredType } from "../../stored-type.ts";
import { kubernetesArguments } from "../kubernetes-arguments.ts";
import { TYPE } from "../kubernetes-invalid.ts";
import { resourcesOf } from "../memory-growth.ts";
import { parseQuantity } from "../quantity.ts";
import { objectOf } from "../read-job.ts";
import { containersOf } from "../spec/containers.ts";

/** What is added to what was used: samples miss peaks, and the next input may be larger. */
const HEADROOM = { memory: 1.25, cpu: 1.2 } as const;
/** From here on a run wanted more than it had, as far as anybody can tell. */
const SATURATED = 0.95;
const CPU_STEP = 0.05;
/** In MiB. A short run ends before a sample has seen node itself at its largest. */
const LEAST_MEMORY = 128;

/** Quantities as a manifest says them. */
export interface Amounts {
  readonly cpu?: Json;
  readonly memory?: Json;
}

export interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export interface ResourceAdvice {
  /** For the flow's container: memory that is asked for and kept to, CPU that is asked for and may be exceeded. */
  readonly resources: Resources;
  /** What the Job says now of the two. */
  readonly current: Resources;
  /** One line for a person. */
  readonly why: string;
}

/**
 * Requests and limits of the flow's container that would have held these runs, with headroom; undefined where no run
 * tells its memory. A CPU limit only where the author has one: without it a run uses what its node has to spare.
 * Throws `ENVIRONMENT_INVALID`, and `ENVIRONMENT_NOT_LAUNCHABLE` for another type of environment.
 */
export function adviseResources(
  environment: SerializedEnvironment,
  usages: readonly ResourceUsage[],
): ResourceAdvice | undefined {
  checkStoredType(environment, TYPE);
  const peak = most(usages.map(({ memoryPeakMiB }) => memoryPeakMiB));
  if (peak === undefined) return undefined;
  const current = currentOf(kubernetesArguments(environment.arguments).job);
  const memory = `${Math.max(LEAST_MEMORY, roundedMemory(peak * HEADROOM.memory))}Mi`;
  const cpu = neededCpu(usages);
  const limit = cpuLimit(usages, current, cpu);
  return {
    resources: {
      requests: { ...amount("cpu", cpuText(cpu) ?? current.requests.cpu), memory },
      limits: { ...amount("cpu", limit), memory },
    },
    current,
    why: explain(usages, peak, cpu),
  };
}

function currentOf(job: JsonObject): Resources {
  const resources = resourcesOf(containersOf(job)[0]?.container);
  const amounts = (holder: string): Amounts => {
    const { cpu, memory } = objectOf(resources[holder]);
    return { ...amount("cpu", cpu), ...amount("memory", memory) };
  };
  return { requests: amounts("requests"), limits: amounts("limits") };
}

function amount(name: keyof Amounts, value: Json | undefined): Amounts {
  return value === undefined || value === null ? {} : { [name]: value };
}

/** Up to the next step that people write: 32 Mi among small sizes, 256 Mi from 4 Gi on. */
function roundedMemory(mebibytes: number): number {
  const step = mebibytes < 1024 ? 32 : mebibytes < 4096 ? 128 : 256;
  return Math.ceil(mebibytes / step) * step;
}

/** The mean of the run that used most: what the scheduler should keep for it all the time. In cores. */
function neededCpu(usages: readonly ResourceUsage[]): number | undefined {
  const mean = most(usages.map(({ cpuMean, cpuPeak }) => cpuMean ?? cpuPeak));
  return mean === undefined ? undefined : stepped(mean * HEADROOM.cpu);
}

function cpuLimit(
  usages: readonly ResourceUsage[],
  { limits }: Resources,
  needed: number | undefined,
): Json | undefined {
  const peak = most(usages.map(({ cpuPeak }) => cpuPeak));
  const own = parseQuantity(limits.cpu);
  if (limits.cpu === undefined || own === undefined) return limits.cpu;
  // Who was held by the limit tells nothing of how much less would do.
  if (peak === undefined || peak >= own * SATURATED) {
    return needed !== undefined && needed > own ? cpuText(needed) : limits.cpu;
  }
  return cpuText(Math.max(stepped(peak * HEADROOM.cpu), needed ?? 0));
}

function stepped(cores: number): number {
  return Math.max(1, Math.ceil(cores / CPU_STEP - 1e-9)) * CPU_STEP;
}

function cpuText(cores: number | undefined): string | undefined {
  return cores === undefined ? undefined : `${Math.round(cores * 1000)}m`;
}

function most(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function explain(usages: readonly ResourceUsage[], peak: number, cpu: number | undefined): string {
  const runs = usages.length === 1 ? "run" : `${usages.length} runs`;
  const full = usages.some(
    ({ memoryPeakMiB = 0, memoryLimitMiB = Number.POSITIVE_INFINITY }) =>
      memoryPeakMiB >= memoryLimitMiB * SATURATED,
  );
  const memory = `at most ${Math.ceil(peak)} MiB of memory${full ? ", at times all that there was," : ""} (25 % more is advised)`;
  const mean = most(usages.map(({ cpuMean }) => cpuMean));
  const used =
    cpu === undefined || mean === undefined
      ? "no run told its mean CPU"
      : `${mean.toFixed(2)} CPU on average in the busiest run (20 % more is advised)`;
  return `the last ${runs} used ${memory}; ${used}`;
}
