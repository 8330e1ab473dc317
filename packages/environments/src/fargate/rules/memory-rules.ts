import type { Json } from "@slipway/core";
import { fargateInvalid } from "../fargate-invalid.ts";
import { memoryOf, sizeAfter } from "../memory-ladder.ts";
import { parseCpu, parseMemory } from "../sizes.ts";
import { containersOf, type FargateSubject } from "./subject.ts";

/** What the containers ask for, together and each, against what the task has. */
export function checkContainerSizes(subject: FargateSubject): void {
  const { definition, path } = subject;
  const task = {
    cpu: limitOf(definition["cpu"], parseCpu, path("registerTaskDefinition", "cpu")),
    memory: limitOf(definition["memory"], parseMemory, path("registerTaskDefinition", "memory")),
  };
  const containers = containersOf(subject);
  for (const { container, path: at } of containers) {
    const { memory, memoryReservation } = container;
    if (typeof memory === "number" && Number(memoryReservation ?? 0) > memory) {
      throw tooMuch(
        `${at}.memoryReservation`,
        memoryReservation,
        memory,
        "the container's `memory`",
      );
    }
    if (typeof memory === "number" && memory > task.memory) {
      throw tooMuch(`${at}.memory`, memory, task.memory, "the task's `memory`");
    }
  }
  const list = path("registerTaskDefinition", "containerDefinitions");
  const sums = {
    cpu: sum(containers.map(({ container }) => container["cpu"])),
    memory: sum(
      containers.map(({ container }) => container["memoryReservation"] ?? container["memory"]),
    ),
  };
  for (const name of ["cpu", "memory"] as const) {
    if (sums[name] <= task[name]) continue;
    throw tooMuch(
      list,
      sums[name],
      task[name],
      `the task's \`${name}\``,
      ` of \`${name}\` together`,
    );
  }
}

function limitOf(
  given: Json | undefined,
  parse: (given: Json, path: string) => number,
  path: string,
) {
  return given === undefined ? Number.POSITIVE_INFINITY : parse(given, path);
}

function sum(values: readonly (Json | undefined)[]): number {
  return values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
}

function tooMuch(path: string, given: Json = null, limit: number, whose: string, what = "") {
  return fargateInvalid({
    path,
    problem: `asks for ${JSON.stringify(given)}${what}, and ${whose} is ${limit}; ask for less here or for more there`,
    given,
    accepted: limit,
  });
}

/** Memory can grow only from an amount that is known. */
export function checkMemoryScaling(subject: FargateSubject): void {
  const { policy } = subject;
  if (policy.scaleMemory === undefined) return;
  const path = "onInfrastructureFailure.outOfMemory.scaleMemory";
  const given = memoryOf(sizeAfter(subject, []));
  if (given === undefined) {
    const where =
      subject.pinned === undefined
        ? "`memory` (and `cpu`)"
        : "`overrides.memory` (and `overrides.cpu`)";
    throw fargateInvalid({
      path,
      problem: `cannot tell what to scale; give ${where} with what the first attempt gets`,
      accepted: "memory",
    });
  }
  if (policy.scaleMemory.maxMiB >= given) return;
  throw fargateInvalid({
    path: `${path}.max`,
    problem: `is ${policy.scaleMemory.maxMiB} MiB, and the first attempt has ${given} MiB already; give more`,
    given: policy.scaleMemory.maxMiB,
    accepted: `at least ${given} MiB`,
  });
}
