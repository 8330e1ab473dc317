import { type Json, nearest } from "@slipway/core";
import { isObject, objectsOf, textOf } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { NAME } from "./character-sets.ts";
import {
  containersOf,
  type FargateSubject,
  overridesOf,
  requireText,
  requireUnique,
} from "./subject.ts";

const LEAST_GIB = 21;
const MOST_GIB = 200;

/** Ephemeral storage in the range that Fargate has. */
export function checkEphemeralStorage(subject: FargateSubject): void {
  const { definition, path } = subject;
  const places = [
    [definition["ephemeralStorage"], path("registerTaskDefinition", "ephemeralStorage")],
    [overridesOf(subject)["ephemeralStorage"], `${path("runTask", "overrides")}.ephemeralStorage`],
  ] as const;
  for (const [given, at] of places) {
    if (isObject(given)) checkSize(given["sizeInGiB"], `${at}.sizeInGiB`);
  }
}

function checkSize(given: Json | undefined, path: string): void {
  if (Number.isInteger(given) && Number(given) >= LEAST_GIB && Number(given) <= MOST_GIB) return;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; AWS takes whole numbers from ${LEAST_GIB} to ${MOST_GIB} (20 are there without asking)`,
    given: given ?? "undefined",
    accepted: `${LEAST_GIB} to ${MOST_GIB}`,
  });
}

/** Volumes with names of their own, and mounts of volumes that are there. */
export function checkVolumes(subject: FargateSubject): void {
  const { definition, path } = subject;
  const at = path("registerTaskDefinition", "volumes");
  const volumes = objectsOf(definition["volumes"]);
  for (const [index, { name }] of volumes.entries()) {
    requireText(name ?? "", `${at}[${index}].name`, NAME);
  }
  requireUnique(
    volumes.map(({ name }, index) => [textOf(name), `${at}[${index}].name`]),
    "volume",
  );
  const names = volumes.map(({ name }) => String(name));
  for (const { container, path: where } of containersOf(subject)) {
    for (const [index, { sourceVolume }] of objectsOf(container["mountPoints"]).entries()) {
      checkMount(sourceVolume, names, `${where}.mountPoints[${index}].sourceVolume`);
    }
  }
}

function checkMount(given: Json | undefined, names: readonly string[], path: string): void {
  if (typeof given === "string" && names.includes(given)) return;
  const near = nearest(String(given), names);
  const there = names.length === 0 ? "there are no volumes" : `the volumes are ${names.join(", ")}`;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}, and ${there}${near ? `; did you mean "${near}"?` : ""}`,
    given: given ?? "undefined",
    accepted: names,
  });
}
