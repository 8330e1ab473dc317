import type { Json } from "@slipway/core";
import { isObject } from "../plain-read.ts";
import { fargateInvalid } from "./fargate-invalid.ts";
import type { FargateSubject } from "./rules/subject.ts";
import { MEMORY_OF_CPU, parseCpu, parseMemory } from "./sizes.ts";
import { isMeantForFargate } from "./target.ts";

/** Refuses a CPU and memory pair that Fargate does not have, where the task is meant for Fargate. Throws `ENVIRONMENT_INVALID`. */
export function checkFargateSize(subject: FargateSubject): void {
  if (!isMeantForFargate(subject)) return;
  const { definition, run, path } = subject;
  const paths = (prefix: string, group: "registerTaskDefinition" | "runTask") =>
    prefix === ""
      ? ([path(group, "cpu"), path(group, "memory")] as const)
      : ([`${prefix}.cpu`, `${prefix}.memory`] as const);
  checkPair(definition["cpu"], definition["memory"], paths("", "registerTaskDefinition"));
  const overrides = isObject(run["overrides"]) ? run["overrides"] : {};
  if (overrides["cpu"] === undefined && overrides["memory"] === undefined) return;
  checkPair(
    overrides["cpu"] ?? definition["cpu"],
    overrides["memory"] ?? definition["memory"],
    paths(path("runTask", "overrides"), "runTask"),
  );
}

function checkPair(
  givenCpu: Json | undefined,
  givenMemory: Json | undefined,
  [cpuPath, memoryPath]: readonly [string, string],
): void {
  const cpu = givenCpu === undefined ? undefined : parseCpu(givenCpu, cpuPath);
  const memory = givenMemory === undefined ? undefined : parseMemory(givenMemory, memoryPath);
  const accepted = cpu === undefined ? undefined : MEMORY_OF_CPU.get(cpu);
  if (cpu !== undefined && accepted === undefined) {
    throw notOneOf(cpuPath, givenCpu, [...MEMORY_OF_CPU.keys()], "as a CPU size");
  }
  if (memory === undefined || accepted === undefined || accepted.includes(memory)) return;
  throw notOneOf(memoryPath, givenMemory, accepted, `with cpu ${String(givenCpu)}`);
}

function notOneOf(path: string, given: Json = null, accepted: readonly number[], where: string) {
  return fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}, which Fargate does not have ${where}; it has ${accepted.join(", ")}`,
    given,
    accepted: accepted.map(String),
  });
}
