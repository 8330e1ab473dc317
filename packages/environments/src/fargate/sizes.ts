import type { Json, JsonObject } from "@slipway/core";
import { environmentInvalid } from "../environment-invalid.ts";
import { isObject, objectsOf } from "../plain-read.ts";

const TYPE = "FargateTaskEnvironment";
const GIB = 1024;

/** Memory in MiB that Fargate has for each CPU size ("Task CPU and memory" in AWS's guide). */
const MEMORY_OF_CPU: ReadonlyMap<number, readonly number[]> = new Map([
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

/** Refuses a CPU and memory pair that Fargate does not have, where the task is meant for Fargate. Throws `ENVIRONMENT_INVALID`. */
export function checkFargateSize(args: JsonObject): void {
  if (!isMeantForFargate(args)) return;
  const overrides = isObject(args["overrides"]) ? args["overrides"] : {};
  checkPair(args["cpu"], args["memory"], "");
  if (overrides["cpu"] === undefined && overrides["memory"] === undefined) return;
  checkPair(overrides["cpu"] ?? args["cpu"], overrides["memory"] ?? args["memory"], "overrides.");
}

function checkPair(
  givenCpu: Json | undefined,
  givenMemory: Json | undefined,
  prefix: string,
): void {
  const cpu = givenCpu === undefined ? undefined : parseSize(givenCpu, CPU, `${prefix}cpu`);
  const memory =
    givenMemory === undefined ? undefined : parseSize(givenMemory, MEMORY, `${prefix}memory`);
  const accepted = cpu === undefined ? undefined : MEMORY_OF_CPU.get(cpu);
  if (cpu !== undefined && accepted === undefined) {
    throw notOneOf(`${prefix}cpu`, givenCpu, [...MEMORY_OF_CPU.keys()], "as a CPU size");
  }
  if (memory === undefined || accepted === undefined || accepted.includes(memory)) return;
  throw notOneOf(`${prefix}memory`, givenMemory, accepted, `with cpu ${String(givenCpu)}`);
}

function notOneOf(path: string, given: Json = null, accepted: readonly number[], where: string) {
  return environmentInvalid({
    type: TYPE,
    path,
    problem: `is ${JSON.stringify(given)}, which Fargate does not have ${where}; it has ${accepted.join(", ")}`,
    given,
    accepted: accepted.map(String),
  });
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

/** Reads a size in AWS's two notations, for example "1024" and "1 vCPU". */
function parseSize(given: Json, notation: Notation, path: string): number {
  const text = typeof given === "string" ? given.trim() : "";
  if (/^\d+$/.test(text)) return Number(text);
  const inUnits = notation.unit.exec(text)?.[1];
  if (inUnits !== undefined) return Number(inUnits) * notation.perUnit;
  throw environmentInvalid({
    type: TYPE,
    path,
    problem: `is ${JSON.stringify(given)}; AWS takes a text like ${notation.example}`,
    given,
    accepted: notation.example,
  });
}

function isMeantForFargate(args: JsonObject): boolean {
  const { requiresCompatibilities, launchType, capacityProviderStrategy } = args;
  if (Array.isArray(requiresCompatibilities) && requiresCompatibilities.includes("FARGATE")) {
    return true;
  }
  if (launchType !== undefined) return launchType === "FARGATE";
  if (capacityProviderStrategy === undefined) return true;
  return objectsOf(capacityProviderStrategy).some(({ capacityProvider }) =>
    String(capacityProvider).startsWith("FARGATE"),
  );
}
