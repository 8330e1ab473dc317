import type { Json } from "@slipway/core";
import { fargateInvalid } from "./fargate-invalid.ts";

const GIB = 1024;

/** CPU in units (1024 are one vCPU), memory in MiB. */
export interface FargateSize {
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** Memory in MiB that Fargate has for each CPU size ("Task CPU and memory" in AWS's guide). */
export const MEMORY_OF_CPU: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1 * GIB, 2 * GIB]],
  [512, steps(1, 4, 1)],
  [1024, steps(2, 8, 1)],
  [2048, steps(4, 16, 1)],
  [4096, steps(8, 30, 1)],
  [8192, steps(16, 60, 4)],
  [16384, steps(32, 120, 8)],
]);

function steps(fromGib: number, toGib: number, stepGib: number): readonly number[] {
  const count = (toGib - fromGib) / stepGib + 1;
  return Array.from({ length: count }, (_, index) => (fromGib + index * stepGib) * GIB);
}

/** Every size that Fargate has, by CPU and then by memory. */
export const FARGATE_SIZES: readonly FargateSize[] = [...MEMORY_OF_CPU].flatMap(([cpu, memories]) =>
  memories.map((memoryMiB) => ({ cpu, memoryMiB })),
);

/** The size with the least CPU, and of those with the least memory, that has at least this much of both. */
export function sizeHolding(least: FargateSize): FargateSize | undefined {
  return FARGATE_SIZES.find((size) => size.cpu >= least.cpu && size.memoryMiB >= least.memoryMiB);
}

/** The size with the most memory up to `maxMiB` and at least this CPU; as little CPU as that takes. */
export function largestUpTo(maxMiB: number, leastCpu: number): FargateSize | undefined {
  const fitting = FARGATE_SIZES.filter(
    ({ cpu, memoryMiB }) => cpu >= leastCpu && memoryMiB <= maxMiB,
  );
  const most = Math.max(...fitting.map(({ memoryMiB }) => memoryMiB));
  return fitting.find(({ memoryMiB }) => memoryMiB === most);
}

interface Notation {
  readonly unit: RegExp;
  readonly perUnit: number;
  readonly example: string;
}

const CPU: Notation = {
  unit: /^(\d*\.?\d+)\s*vcpu$/i,
  perUnit: 1024,
  example: `"256" or ".25 vCPU"`,
};
const MEMORY: Notation = {
  unit: /^(\d*\.?\d+)\s*gb$/i,
  perUnit: GIB,
  example: `"512" or "0.5 GB"`,
};

/** Reads CPU units in AWS's two notations, for example "1024" and "1 vCPU". Throws `ENVIRONMENT_INVALID`. */
export function parseCpu(given: Json, path: string): number {
  return parseSize(given, CPU, path);
}

/** Reads MiB in AWS's two notations, for example "2048" and "2 GB". Throws `ENVIRONMENT_INVALID`. */
export function parseMemory(given: Json, path: string): number {
  return parseSize(given, MEMORY, path);
}

function parseSize(given: Json, notation: Notation, path: string): number {
  const text = typeof given === "string" ? given.trim() : "";
  if (/^\d+$/.test(text)) return Number(text);
  const inUnits = notation.unit.exec(text)?.[1];
  if (inUnits !== undefined) return Number(inUnits) * notation.perUnit;
  const mend =
    typeof given === "number" ? `give "${given}"` : `AWS takes a text like ${notation.example}`;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; ${mend}`,
    given,
    accepted: notation.example,
  });
}
