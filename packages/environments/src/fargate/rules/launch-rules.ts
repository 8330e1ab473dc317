import type { JsonObject } from "@slipway/core";
import { objectsOf } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { type FargateSubject, waysOf } from "./subject.ts";

/** How a task is launched, in each of the author's ways: by launch type or by capacity providers, never both. */
export function checkLaunch(subject: FargateSubject): void {
  for (const { run, at } of waysOf(subject)) checkWay(run, at);
}

function checkWay(run: JsonObject, path: (field: string) => string): void {
  const { launchType, capacityProviderStrategy, propagateTags } = run;
  if (launchType !== undefined && capacityProviderStrategy !== undefined) {
    throw fargateInvalid({
      path: path("capacityProviderStrategy"),
      problem: `cannot stand beside \`launchType\`: AWS takes one of them. For Fargate Spot leave \`launchType\` out`,
    });
  }
  if (propagateTags === "SERVICE") {
    throw fargateInvalid({
      path: path("propagateTags"),
      problem: 'is "SERVICE", and RunTask starts no service; give "TASK_DEFINITION" or "NONE"',
      given: propagateTags,
      accepted: ["TASK_DEFINITION", "NONE"],
    });
  }
  if (capacityProviderStrategy !== undefined) {
    checkStrategy(objectsOf(capacityProviderStrategy), path("capacityProviderStrategy"));
  }
}

const MOST_PROVIDERS = 20;
const MOST_WEIGHT = 1000;
const MOST_BASE = 100_000;

function checkStrategy(items: readonly JsonObject[], path: string): void {
  if (items.length === 0 || items.length > MOST_PROVIDERS) {
    throw fargateInvalid({
      path,
      problem: `must name 1 to ${MOST_PROVIDERS} capacity providers and names ${items.length}`,
      given: items.length,
      accepted: `1 to ${MOST_PROVIDERS}`,
    });
  }
  for (const [index, item] of items.entries()) {
    const { capacityProvider } = item;
    if (typeof capacityProvider !== "string" || capacityProvider === "") {
      throw fargateInvalid({
        path: `${path}[${index}].capacityProvider`,
        problem: 'is missing; give "FARGATE", "FARGATE_SPOT" or the name of one of the cluster',
        accepted: ["FARGATE", "FARGATE_SPOT"],
      });
    }
    checkRange(item["weight"], `${path}[${index}].weight`, MOST_WEIGHT);
    checkRange(item["base"], `${path}[${index}].base`, MOST_BASE);
  }
  checkMixture(items, path);
}

function checkRange(given: unknown, path: string, most: number): void {
  if (given === undefined) return;
  if (typeof given === "number" && Number.isInteger(given) && given >= 0 && given <= most) return;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; give a whole number from 0 to ${most}`,
    given: Number(given),
    accepted: `0 to ${most}`,
  });
}

/** What holds for the strategy as a whole. */
function checkMixture(items: readonly JsonObject[], path: string): void {
  const bases = items.filter(({ base }) => Number(base ?? 0) > 0);
  if (bases.length > 1) {
    throw fargateInvalid({
      path,
      problem: "has more than one `base` above 0, and AWS takes one; leave the others out",
      given: bases.length,
      accepted: 1,
    });
  }
  const fargate = items.filter(({ capacityProvider }) =>
    /^FARGATE(_SPOT)?$/.test(String(capacityProvider)),
  );
  if (fargate.length > 0 && fargate.length < items.length) {
    throw fargateInvalid({
      path,
      problem:
        "mixes Fargate's capacity providers with others, which AWS does not take; name one kind here and the other in `onInfrastructureFailure.capacity.then`",
      accepted: ["FARGATE", "FARGATE_SPOT"],
    });
  }
  if (items.length > 1 && items.every(({ weight }) => Number(weight ?? 0) === 0)) {
    throw fargateInvalid({
      path,
      problem:
        "has no `weight` above 0, so no task could be placed; give one at least a weight of 1",
      accepted: "weight: 1",
    });
  }
}
