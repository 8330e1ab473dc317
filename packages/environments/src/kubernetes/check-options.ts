import { isPlainObject, type Json, type JsonObject, nearest } from "@slipway/core";
import { kubernetesInvalid } from "./kubernetes-invalid.ts";
import type { KubernetesJobEnvironmentOptions } from "./options.ts";

type Name = Exclude<keyof KubernetesJobEnvironmentOptions, "labels">;

const KINDS: Readonly<Record<Name, "string" | "object" | "boolean">> = {
  jobSpecFile: "string",
  jobSpec: "object",
  uniqueJobName: "boolean",
  namespace: "string",
  context: "string",
  kubeconfig: "string",
  fieldValidation: "string",
  startTimeout: "string",
  stopGrace: "string",
  onInfrastructureFailure: "object",
};

/** Checks the arguments' names and kinds, which hold wherever the flow file is evaluated. Throws `ENVIRONMENT_INVALID`. */
export function checkOptions(given: JsonObject): void {
  for (const [name, value] of Object.entries(given)) checkOption(name, value);
}

/** Exactly one of the two must be there, also where its value is `undefined`. Throws `ENVIRONMENT_INVALID`. */
export function checkOneSpec(given: Readonly<Record<string, unknown>>): void {
  const { jobSpecFile, jobSpec } = given;
  const count = [jobSpecFile, jobSpec].filter((item) => item !== undefined).length;
  if (count === 1) return;
  throw kubernetesInvalid({
    path: "jobSpecFile",
    problem:
      count === 0
        ? "or `jobSpec` must be given: the Job that runs the flow"
        : "and `jobSpec` are both given; give one of them",
  });
}

function checkOption(name: string, value: Json): void {
  const kinds: Readonly<Record<string, string>> = KINDS;
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) throw unknownOption(name);
  const fits = kind === "object" ? isPlainObject(value) : typeof value === kind;
  if (fits && value !== "") return;
  throw kubernetesInvalid({
    path: name,
    problem: fits
      ? "is empty; give a text, or leave the argument out"
      : `must be ${kind === "object" ? "an" : "a"} ${kind}`,
    accepted: kind,
  });
}

function unknownOption(name: string) {
  const accepted = [...Object.keys(KINDS), "labels"];
  const near = nearest(name, accepted);
  const advice = near ? `did you mean \`${near}\`?` : `there are ${accepted.join(", ")}`;
  return kubernetesInvalid({
    path: name,
    problem: `is no argument; ${advice}`,
    given: name,
    accepted: near ?? accepted,
  });
}
