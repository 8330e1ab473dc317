import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addSample,
  NOTHING_USED,
  tighterLimits,
  toResourceUsage,
  type UsageSample,
} from "./resource-usage.ts";

const MIB = 1024 * 1024;

function sample(atMs: number, cpuMs: number, memory: number, more: Partial<UsageSample> = {}) {
  const memoryBytes = memory * MIB;
  return { atMs, cpuMs, memoryBytes, cacheBytes: 0, highBytes: memoryBytes, ...more };
}

function usageOf(...samples: readonly UsageSample[]) {
  return toResourceUsage(samples.reduce(addSample, NOTHING_USED), {});
}

describe("CPU", () => {
  it("has its peak between two samples, and its mean since the start", () => {
    const usage = usageOf(sample(1_000, 500, 1), sample(2_000, 2_500, 1), sample(4_000, 3_000, 1));
    expect(usage).toMatchObject({ cpuPeak: 2, cpuMean: 0.75, samples: 3 });
  });

  it("is not told of so short a time that rounding would be all of it", () => {
    expect(usageOf(sample(100, 200, 1))).toEqual({ memoryPeakMiB: 1, samples: 1 });
    expect(usageOf(sample(1_000, 1_000, 1), sample(1_010, 1_100, 1))).toMatchObject({ cpuPeak: 1 });
  });

  it("counts what a short time held with the next long one", () => {
    const usage = usageOf(sample(1_000, 0, 1), sample(1_100, 1_000, 1), sample(2_000, 1_000, 1));
    expect(usage.cpuPeak).toBe(1);
  });
});

describe("memory", () => {
  it("has its peak in any sample, however short after another", () => {
    expect(usageOf(sample(1_000, 0, 5), sample(1_001, 0, 90), sample(2_000, 0, 7))).toMatchObject({
      memoryPeakMiB: 90,
    });
  });

  it("takes the kernel's mark for what came and went between two samples", () => {
    const usage = usageOf(sample(1_000, 0, 50), sample(2_000, 0, 50, { highBytes: 800 * MIB }));
    expect(usage.memoryPeakMiB).toBe(800);
  });

  it("does not take files that were read for memory that was needed", () => {
    const usage = usageOf(
      sample(1_000, 0, 50),
      sample(2_000, 0, 50, { cacheBytes: 700 * MIB, highBytes: 750 * MIB }),
      sample(3_000, 0, 50, { cacheBytes: 10 * MIB, highBytes: 750 * MIB }),
    );
    expect(usage.memoryPeakMiB).toBe(50);
  });
});

it("nothing is said of what was never looked at", () => {
  expect(toResourceUsage(NOTHING_USED, { cpu: 1 })).toEqual({ cpuLimit: 1, samples: 0 });
});

it("the tighter limit holds, and one is enough", () => {
  expect(tighterLimits({ cpu: 2, memoryMiB: 512 }, { cpu: 0.5 })).toEqual({
    cpu: 0.5,
    memoryMiB: 512,
  });
  const usage = toResourceUsage(NOTHING_USED, { cpu: 0.5, memoryMiB: 512 });
  expect(usage).toEqual({ cpuLimit: 0.5, memoryLimitMiB: 512, samples: 0 });
});

it("the mean is never above the peak, and memory never below any sample", () => {
  const steps = fc.array(
    fc.record({
      ms: fc.integer({ min: 1, max: 5_000 }),
      cpuMs: fc.nat(20_000),
      memory: fc.nat(4_000),
    }),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(steps, (plan) => {
      let [atMs, cpuMs] = [0, 0];
      const samples = plan.map((step) => {
        atMs += step.ms;
        cpuMs += step.cpuMs;
        return sample(atMs, cpuMs, step.memory);
      });
      const { cpuPeak = 0, cpuMean = 0, memoryPeakMiB } = usageOf(...samples);
      expect(cpuMean).toBeLessThanOrEqual(cpuPeak);
      expect(memoryPeakMiB).toBe(Math.max(...plan.map(({ memory }) => memory)));
    }),
  );
});
