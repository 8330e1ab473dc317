import type { ResourceUsage } from "@slipway/core";
import { FARGATE_SIZES, type FargateSize } from "../sizes.ts";
import { type FargateCapacity, hourlyCost, pricesFor } from "./cost-of.ts";
import { FARGATE_PRICES, type FargatePrices } from "./prices.ts";

/** What is added to the most that was used: samples miss peaks, and the next input may be larger. */
const HEADROOM = { memory: 1.25, cpu: 1.2 } as const;
/** From here on a run wanted more CPU than it had, as far as anybody can tell. */
const SATURATED = 0.95;

export interface SizeAdvice {
  /** The cheapest size that Fargate has and that would have held all of the runs. */
  readonly size: FargateSize;
  readonly current: FargateSize;
  /** What each costs for an hour. */
  readonly hourly: { readonly size: number; readonly current: number; readonly currency: string };
  /** The part that is saved: 0.25 is a quarter; below 0 where the runs need more than they have. */
  readonly saving: number;
  readonly pricesOf: string;
  /** One line for a person. */
  readonly why: string;
}

/**
 * The cheapest size on Fargate that would have held these runs, with headroom; undefined where no run tells its
 * memory, or none of Fargate's sizes would do. What sidecars use is not in a run's samples.
 */
export function adviseSize(
  usages: readonly ResourceUsage[],
  current: FargateCapacity,
  prices: FargatePrices = FARGATE_PRICES,
): SizeAdvice | undefined {
  const peak = peakOf(usages);
  if (peak === undefined) return undefined;
  const { cpu, memoryMiB } = current;
  const needs = { cpu: neededCpu(usages, cpu), memoryMiB: peak.memoryMiB * HEADROOM.memory };
  const { table, pricesOf } = pricesFor(prices, current.region);
  const cost = (size: FargateSize) => hourlyCost({ ...current, ...size }, table);
  const [size] = FARGATE_SIZES.filter(
    (one) => one.cpu >= needs.cpu && one.memoryMiB >= needs.memoryMiB,
  ).toSorted((a, b) => cost(a) - cost(b));
  if (size === undefined) return undefined;
  const now = { cpu, memoryMiB };
  return {
    size,
    current: now,
    hourly: { size: cost(size), current: cost(now), currency: prices.currency },
    saving: 1 - cost(size) / cost(now),
    pricesOf,
    why: explain(peak, needs, usages.length),
  };
}

interface Peak {
  readonly memoryMiB: number;
  /** Absent where no run tells. */
  readonly vcpu?: number;
  readonly saturated: boolean;
}

function peakOf(usages: readonly ResourceUsage[]): Peak | undefined {
  const memory = usages.flatMap(({ memoryPeakMiB }) => memoryPeakMiB ?? []);
  if (memory.length === 0) return undefined;
  const vcpu = usages.flatMap(({ cpuPeak }) => cpuPeak ?? []);
  return {
    memoryMiB: Math.max(...memory),
    ...(vcpu.length === 0 ? {} : { vcpu: Math.max(...vcpu) }),
    saturated: usages.some(isSaturated),
  };
}

function isSaturated({ cpuPeak, cpuLimit }: ResourceUsage): boolean {
  return cpuPeak !== undefined && cpuLimit !== undefined && cpuPeak >= cpuLimit * SATURATED;
}

/** In units. A run that had a limit was held by it, slowly or not, so headroom never asks for more. */
function neededCpu(usages: readonly ResourceUsage[], current: number): number {
  const needs = usages.flatMap((usage) => {
    const { cpuPeak, cpuLimit = Number.POSITIVE_INFINITY } = usage;
    if (cpuPeak === undefined) return [];
    return isSaturated(usage) ? cpuLimit : Math.min(cpuPeak * HEADROOM.cpu, cpuLimit);
  });
  return needs.length === 0 ? current : Math.max(...needs) * 1024;
}

function explain(peak: Peak, needs: FargateSize, runs: number): string {
  return `the last ${runs === 1 ? "run" : `${runs} runs`} used at most ${Math.ceil(peak.memoryMiB)} MiB of memory (${Math.ceil(needs.memoryMiB)} with ${percent(HEADROOM.memory)} more) and ${explainCpu(peak, needs.cpu)}`;
}

function explainCpu({ vcpu, saturated }: Peak, units: number): string {
  if (vcpu === undefined) return "no run told its CPU, so that stays";
  const most = `at most ${vcpu.toFixed(2)} vCPU`;
  return saturated
    ? `${most}, at times all that there was, so it gets no less`
    : `${most} (${Math.ceil(units)} units with up to ${percent(HEADROOM.cpu)} more)`;
}

function percent(factor: number): string {
  return `${Math.round((factor - 1) * 100)} %`;
}
