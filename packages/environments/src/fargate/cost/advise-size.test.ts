import type { ResourceUsage } from "@slipway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FARGATE_SIZES } from "../sizes.ts";
import { adviseSize } from "./advise-size.ts";

const usage = (memoryPeakMiB: number, cpuPeak: number, cpuLimit?: number): ResourceUsage => ({
  memoryPeakMiB,
  cpuPeak,
  ...(cpuLimit === undefined ? {} : { cpuLimit }),
  samples: 10,
});
const LARGE = { cpu: 4096, memoryMiB: 16_384 };

describe("adviseSize", () => {
  it("is the cheapest size that would have held the runs, with headroom", () => {
    const advice = adviseSize([usage(700, 0.2, 4), usage(900, 0.1, 4)], LARGE);
    expect(advice?.size).toEqual({ cpu: 256, memoryMiB: 2048 });
    expect(advice?.why).toBe(
      "the last 2 runs used at most 900 MiB of memory (1125 with 25 % more) and at most 0.20 vCPU (246 units with up to 20 % more)",
    );
  });

  it("says what it costs and saves", () => {
    const advice = adviseSize([usage(400, 0.2, 1)], {
      cpu: 1024,
      memoryMiB: 2048,
      region: "us-east-1",
    });
    expect(advice?.size).toEqual({ cpu: 256, memoryMiB: 512 });
    expect(advice?.saving).toBeCloseTo(0.75, 5);
    expect(advice?.hourly.current).toBeCloseTo(0.04937, 8);
    expect(advice?.pricesOf).toBe("2026-03-01");
  });

  it("asks for more where the runs need it, at a saving below nothing", () => {
    const advice = adviseSize([usage(1900, 0.2, 0.25)], { cpu: 256, memoryMiB: 2048 });
    expect(advice?.size).toEqual({ cpu: 512, memoryMiB: 3072 });
    expect(advice?.saving).toBeLessThan(0);
  });

  it("gives no less CPU to runs that used all of it", () => {
    const advice = adviseSize([usage(400, 0.99, 1)], { cpu: 1024, memoryMiB: 2048 });
    expect(advice?.size).toEqual({ cpu: 1024, memoryMiB: 2048 });
    expect(advice?.why).toContain("so it gets no less");
  });

  it("leaves CPU as it is where no run tells", () => {
    const advice = adviseSize([{ memoryPeakMiB: 400, samples: 1 }], { cpu: 512, memoryMiB: 4096 });
    expect(advice?.size).toEqual({ cpu: 512, memoryMiB: 1024 });
  });

  it("says nothing where no run tells its memory, and of what no size would hold", () => {
    expect(adviseSize([], LARGE)).toBeUndefined();
    expect(adviseSize([{ samples: 0 }], LARGE)).toBeUndefined();
    expect(adviseSize([usage(120_000, 1)], LARGE)).toBeUndefined();
  });

  it("never advises what would not have held, nor anything dearer that would", () => {
    const usages = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.double({ min: 0, max: 15, noNaN: true })),
      {
        minLength: 1,
        maxLength: 10,
      },
    );
    fc.assert(
      fc.property(usages, fc.constantFrom(...FARGATE_SIZES), (pairs, current) => {
        const given = pairs.map(([memory, cpu]) => usage(memory, cpu, 16));
        const size = adviseSize(given, current)?.size;
        for (const [memory, cpu] of pairs) {
          expect(size?.memoryMiB).toBeGreaterThanOrEqual(memory);
          expect(size?.cpu).toBeGreaterThanOrEqual(cpu * 1024);
        }
        const holds = (one: (typeof FARGATE_SIZES)[number]) =>
          pairs.every(
            ([memory, cpu]) =>
              one.memoryMiB >= memory * 1.25 && one.cpu >= Math.min(cpu * 1.2, 16) * 1024,
          );
        const price = ({ cpu = 0, memoryMiB = 0 }) => cpu * 0.04048 + memoryMiB * 0.004445;
        const cheapest = Math.min(...FARGATE_SIZES.filter(holds).map(price));
        expect(price(size ?? {})).toBeCloseTo(cheapest, 6);
      }),
    );
  });
});
