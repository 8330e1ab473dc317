import type { ResourceUsage } from "@slipway/core";

const BYTES_PER_MIB = 1024 * 1024;
/** Over less time than this, the kernel's own rounding would show as a peak. */
const SHORTEST_MS = 250;

/** One look at what is used, by whoever is watched: a container or a process. */
export interface UsageSample {
  /** Since the process started. */
  readonly atMs: number;
  /** CPU time since the process started. */
  readonly cpuMs: number;
  /** What is held and cannot be given back. */
  readonly memoryBytes: number;
  /** File pages that the kernel keeps because there is room: they fill whatever memory there is, and nobody needs them. */
  readonly cacheBytes: number;
  /** The kernel's own high-water mark of both together, which sees what comes and goes between two samples. */
  readonly highBytes: number;
}

/** What all samples so far come to. */
export interface UsageSoFar {
  readonly last: UsageSample;
  readonly cpuPeak: number | undefined;
  readonly memoryPeakBytes: number;
  readonly samples: number;
}

/** What a container or task may use: vCPU and MiB. */
export interface UsageLimits {
  readonly cpu?: number | undefined;
  readonly memoryMiB?: number | undefined;
}

/** A process that has just started. */
export const NOTHING_USED: UsageSoFar = Object.freeze({
  last: { atMs: 0, cpuMs: 0, memoryBytes: 0, cacheBytes: 0, highBytes: 0 },
  cpuPeak: undefined,
  memoryPeakBytes: 0,
  samples: 0,
});

export function addSample(soFar: UsageSoFar, sample: UsageSample): UsageSoFar {
  const { last, cpuPeak } = soFar;
  const memoryPeakBytes = Math.max(
    soFar.memoryPeakBytes,
    sample.memoryBytes,
    spikeBytes(last, sample),
  );
  const counted = { memoryPeakBytes, samples: soFar.samples + 1 };
  const elapsedMs = sample.atMs - last.atMs;
  // The CPU is looked at again when enough time has gone by.
  if (elapsedMs < SHORTEST_MS) return { ...soFar, ...counted };
  const cpu = Math.max(0, sample.cpuMs - last.cpuMs) / elapsedMs;
  return { last: sample, cpuPeak: Math.max(cpuPeak ?? 0, cpu), ...counted };
}

/** How high memory went since the sample before, where the high-water mark has risen. How much of it was cache is known at both ends alone. */
function spikeBytes(last: UsageSample, { highBytes, cacheBytes }: UsageSample): number {
  return highBytes > last.highBytes ? highBytes - Math.max(last.cacheBytes, cacheBytes) : 0;
}

export function toResourceUsage(soFar: UsageSoFar, limits: UsageLimits): ResourceUsage {
  const { last, cpuPeak, memoryPeakBytes, samples } = soFar;
  return {
    ...(cpuPeak !== undefined && {
      cpuPeak: rounded(cpuPeak, 1000),
      cpuMean: rounded(last.cpuMs / last.atMs, 1000),
    }),
    ...(samples > 0 && { memoryPeakMiB: rounded(memoryPeakBytes / BYTES_PER_MIB, 10) }),
    ...(limits.cpu !== undefined && { cpuLimit: limits.cpu }),
    ...(limits.memoryMiB !== undefined && { memoryLimitMiB: limits.memoryMiB }),
    samples,
  };
}

/** The tighter of two limits holds. */
export function tighterLimits(one: UsageLimits, other: UsageLimits): UsageLimits {
  return { cpu: least(one.cpu, other.cpu), memoryMiB: least(one.memoryMiB, other.memoryMiB) };
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** Up, since who has less than a peak has too little. */
function rounded(value: number, parts: number): number {
  return Math.ceil(value * parts) / parts;
}
