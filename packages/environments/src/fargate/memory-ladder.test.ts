import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fargateArguments } from "./fargate-arguments.ts";
import { sizeAfter } from "./memory-ladder.ts";
import { FARGATE_SIZES, largestUpTo, MEMORY_OF_CPU, sizeHolding } from "./sizes.ts";

const GROW = { outOfMemory: { retries: 9, scaleMemory: { factor: 2, max: "30GB" } } };
const oom = (count: number) => Array.from({ length: count }, () => "OutOfMemory");
const after = (count: number, given: object) =>
  sizeAfter(
    fargateArguments(JSON.parse(JSON.stringify({ onInfrastructureFailure: GROW, ...given }))),
    oom(count),
  );

describe("the ladder of Fargate's sizes", () => {
  it("has each size once, from the smallest to the largest", () => {
    expect(FARGATE_SIZES).toHaveLength(3 + 4 + 7 + 13 + 23 + 12 + 12);
    expect(FARGATE_SIZES[0]).toEqual({ cpu: 256, memoryMiB: 512 });
    expect(FARGATE_SIZES.at(-1)).toEqual({ cpu: 16_384, memoryMiB: 122_880 });
  });

  it("finds the least that holds so much, or none", () => {
    expect(sizeHolding({ cpu: 300, memoryMiB: 600 })).toEqual({ cpu: 512, memoryMiB: 1024 });
    expect(sizeHolding({ cpu: 256, memoryMiB: 2049 })).toEqual({ cpu: 512, memoryMiB: 3072 });
    expect(sizeHolding({ cpu: 256, memoryMiB: 122_881 })).toBeUndefined();
    expect(largestUpTo(5000, 256)).toEqual({ cpu: 512, memoryMiB: 4096 });
  });
});

describe("memory after OutOfMemory", () => {
  it("grows once for each, with more CPU only where the size asks for it", () => {
    const given = { cpu: "256", memory: "1024" };
    expect(after(0, given)).toMatchObject({ cpu: 256, memoryMiB: 1024 });
    expect(after(1, given)).toMatchObject({ cpu: 256, memoryMiB: 2048 });
    expect(after(2, given)).toMatchObject({ cpu: 512, memoryMiB: 4096 });
    expect(after(3, given)).toMatchObject({ cpu: 1024, memoryMiB: 8192 });
  });

  it("takes the next size that there is", () => {
    expect(after(1, { cpu: "8 vCPU", memory: "20 GB", ...scale(1.1) })).toMatchObject({
      memoryMiB: 24 * 1024,
    });
    expect(after(1, { cpu: "1024", memory: "3072", ...scale(1.4) })).toMatchObject({
      memoryMiB: 5120,
    });
  });

  it("ends at the most that the author allows, and stays there", () => {
    expect(after(1, { cpu: "4096", memory: "24 GB" })).toMatchObject({
      cpu: 4096,
      memoryMiB: 30_720,
    });
    expect(after(2, { cpu: "4096", memory: "24 GB" })).toEqual(
      after(1, { cpu: "4096", memory: "24 GB" }),
    );
  });

  it("takes the limits of the flow's container along, in the same ratio", () => {
    const given = {
      cpu: "256",
      memory: "1024",
      containerDefinitions: [
        { name: "main", memory: 800, memoryReservation: 400 },
        { name: "side", memory: 200 },
      ],
    };
    expect(after(1, given).container).toEqual({ memory: 1600, memoryReservation: 800 });
    expect(after(2, given).container).toEqual({ memory: 3200, memoryReservation: 1600 });
  });

  it("starts from an override, the container's too", () => {
    const given = {
      taskDefinition: "own:3",
      overrides: {
        cpu: "512",
        memory: "2048",
        containerOverrides: [{ name: "main", memory: 1000 }],
      },
    };
    expect(after(1, given)).toEqual({ cpu: 512, memoryMiB: 4096, container: { memory: 2000 } });
  });

  it("is whole MiB, whatever part of a GB the most is", () => {
    const grown = after(1, { launchType: "EC2", memory: "2500", ...scale(2, "3.3GB") });
    expect(grown).toMatchObject({ memoryMiB: 3379 });
  });

  it("is any amount where the task is not for Fargate", () => {
    const given = { launchType: "EC2", containerDefinitions: [{ memory: 300 }] };
    expect(after(1, given)).toEqual({ container: { memory: 600 } });
    expect(after(1, { launchType: "EC2", memory: "700" })).toEqual({
      memoryMiB: 1400,
      container: {},
    });
  });

  it("is a size that Fargate has, and no less than before, whatever the policy says", () => {
    const size = fc.constantFrom(...FARGATE_SIZES);
    const factor = fc.double({ min: 1.01, max: 10, noNaN: true });
    fc.assert(
      fc.property(size, factor, size, fc.nat(5), ({ cpu, memoryMiB }, by, most, count) => {
        const given = {
          cpu: String(cpu),
          memory: String(memoryMiB),
          ...scale(by, String(Math.max(most.memoryMiB, memoryMiB))),
        };
        const [before, now] = [after(count, given), after(count + 1, given)];
        expect(MEMORY_OF_CPU.get(now.cpu ?? 0)).toContain(now.memoryMiB);
        expect(now.memoryMiB).toBeGreaterThanOrEqual(before.memoryMiB ?? 0);
        expect(now.memoryMiB).toBeLessThanOrEqual(Math.max(most.memoryMiB, memoryMiB));
        expect(now.cpu).toBeGreaterThanOrEqual(cpu);
      }),
    );
  });
});

function scale(factor: number, max = "60GB") {
  return { onInfrastructureFailure: { outOfMemory: { retries: 9, scaleMemory: { factor, max } } } };
}
