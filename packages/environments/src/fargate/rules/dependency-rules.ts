import { type Json, nearest } from "@slipway/core";
import { objectsOf, textOf } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { containersOf, type FargateSubject } from "./subject.ts";

type Containers = ReturnType<typeof containersOf>;

/** `dependsOn`: names that are there, conditions that can come true, no circles. */
export function checkDependencies(subject: FargateSubject): void {
  const containers = containersOf(subject);
  for (const { container, path } of containers) {
    for (const [index, { containerName, condition }] of objectsOf(
      container["dependsOn"],
    ).entries()) {
      const at = `${path}.dependsOn[${index}]`;
      const target = find(containers, containerName, `${at}.containerName`);
      checkCondition(condition, target, `${at}.condition`);
    }
  }
  for (const { name, path } of containers) checkCircle(containers, name ?? "", `${path}.dependsOn`);
}

/** Volumes that are taken from another container. */
export function checkVolumesFrom(subject: FargateSubject): void {
  const containers = containersOf(subject);
  for (const { container, path } of containers) {
    for (const [index, { sourceContainer }] of objectsOf(container["volumesFrom"]).entries()) {
      find(containers, sourceContainer, `${path}.volumesFrom[${index}].sourceContainer`);
    }
  }
}

function find(containers: Containers, given: Json | undefined, path: string) {
  const target = containers.find(({ name }) => name === given);
  if (target !== undefined) return target;
  const names = containers.flatMap(({ name }) => name ?? []);
  const near = nearest(String(given), names);
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}, and the definition has ${names.join(", ")}${near ? `; did you mean "${near}"?` : ""}`,
    given: given ?? "undefined",
    accepted: names,
  });
}

const CONDITIONS = ["START", "COMPLETE", "SUCCESS", "HEALTHY"];

function checkCondition(given: Json | undefined, target: Containers[number], path: string): void {
  const { container, name } = target;
  const reason =
    given === undefined
      ? "is missing"
      : given === "HEALTHY" && container["healthCheck"] === undefined
        ? `is "HEALTHY", and the container "${name}" has no healthCheck; give it one, or wait for "START"`
        : (given === "COMPLETE" || given === "SUCCESS") && container["essential"] !== false
          ? `is ${JSON.stringify(given)}, and the container "${name}" is essential, so its end ends the task; give it \`essential: false\``
          : undefined;
  if (reason === undefined) return;
  throw fargateInvalid({
    path,
    problem: reason,
    given: given ?? "undefined",
    accepted: CONDITIONS,
  });
}

function checkCircle(containers: Containers, start: string, path: string): void {
  const walk = (name: string, trail: readonly string[]): void => {
    const container = containers.find((known) => known.name === name)?.container;
    for (const { containerName } of objectsOf(container?.["dependsOn"])) {
      const next = textOf(containerName) ?? "";
      if (next === start) {
        throw fargateInvalid({
          path,
          problem: `goes in a circle (${[...trail, next].join(" \u2192 ")}), so no container could start first; take one of them out`,
          given: [...trail, next],
        });
      }
      if (!trail.includes(next)) walk(next, [...trail, next]);
    }
  };
  walk(start, [start]);
}
