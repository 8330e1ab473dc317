import { type Json, nearest } from "@slipway/core";
import { objectsOf, textOf } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { renderRunTask } from "../run-task.ts";
import { containersOf, type FargateSubject, overridesOf, requireUnique } from "./subject.ts";

/** Overrides of containers that are there. */
export function checkContainerOverrides(subject: FargateSubject): void {
  const at = `${subject.path("runTask", "overrides")}.containerOverrides`;
  const overrides = objectsOf(overridesOf(subject)["containerOverrides"]);
  const names = containersOf(subject).flatMap(({ name }) => name ?? []);
  const known = names.length === 0 ? ["flow"] : names;
  for (const [index, { name }] of overrides.entries()) {
    checkName(name, subject.pinned === undefined ? known : undefined, `${at}[${index}].name`);
  }
  requireUnique(
    overrides.map(({ name }, index) => [textOf(name), `${at}[${index}].name`]),
    "override",
  );
}

function checkName(given: Json | undefined, known: readonly string[] | undefined, path: string) {
  const name = textOf(given);
  if (name !== undefined && (known === undefined || known.includes(name))) return;
  const near = nearest(name ?? "", known ?? []);
  throw fargateInvalid({
    path,
    problem:
      name === undefined
        ? "is missing; an override names its container"
        : `is ${JSON.stringify(name)}, and the definition has ${known?.join(", ")}${near ? `; did you mean "${near}"?` : ""}`,
    given: given ?? "undefined",
    accepted: known ?? "a container's name",
  });
}

/** A run of the least length: what is too long for it is too long for every run. */
const SHORTEST_RUN = {
  installationId: "",
  flowName: "",
  flowRunId: "x".repeat(36),
  attempt: 1,
  attemptId: "x".repeat(36),
  image: "",
  apiUrl: "",
  bootstrapToken: "x".repeat(80),
  earlier: [],
};

/** Overrides that leave room for what a run itself needs, in every way to launch. */
export function checkOverridesLength(subject: FargateSubject): void {
  for (let variant = 0; variant <= subject.policy.variants.length; variant++) {
    renderRunTask(subject, { ...SHORTEST_RUN, variant }, "");
  }
}
