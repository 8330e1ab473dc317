import type { Json } from "@slipway/core";
import { isObject, objectsOf, textOf } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { isMeantForFargate } from "../target.ts";
import { NAME } from "./character-sets.ts";
import { containersOf, type FargateSubject, requireText, requireUnique } from "./subject.ts";

const MOST_CONTAINERS = 10;
const LEAST_STOP_TIMEOUT = 2;
const MOST_STOP_TIMEOUT = 120;

/** Containers: few enough, each with a name of its own, and the flow's decides when the task ends. */
export function checkContainers(subject: FargateSubject): void {
  const containers = containersOf(subject);
  if (containers.length > MOST_CONTAINERS) {
    throw fargateInvalid({
      path: subject.path("registerTaskDefinition", "containerDefinitions"),
      problem: `has ${containers.length} containers, and AWS takes ${MOST_CONTAINERS} in a task`,
      given: containers.length,
      accepted: MOST_CONTAINERS,
    });
  }
  for (const { container, path, name, isFlow } of containers) {
    requireText(name ?? "", `${path}.name`, NAME);
    checkImage(isFlow ? undefined : container["image"], `${path}.image`);
    if (isFlow) {
      checkEssential(container["essential"], `${path}.essential`);
      checkRestart(container["restartPolicy"], `${path}.restartPolicy.enabled`);
    }
    checkStopTimeout(container["stopTimeout"], `${path}.stopTimeout`, isMeantForFargate(subject));
  }
  requireUnique(
    containers.map(({ name, path }) => [name, `${path}.name`]),
    "container",
  );
}

function checkImage(given: Json | undefined, path: string): void {
  if (given === undefined || textOf(given) !== undefined) return;
  throw fargateInvalid({
    path,
    problem: "is empty; only the first container gets the flow's image, so name one",
    given,
    accepted: "an image's name",
  });
}

/** Were it not, the task would go on, and cost, when the flow has ended. */
function checkEssential(given: Json | undefined, path: string): void {
  if (given !== false) return;
  throw fargateInvalid({
    path,
    problem:
      "is false, but the flow runs in this container and its end must end the task; leave it out",
    given,
    accepted: true,
  });
}

/** AWS would start the container again whenever the flow has ended, and the task would never end. */
function checkRestart(given: Json | undefined, path: string): void {
  if (!isObject(given) || given["enabled"] !== true) return;
  throw fargateInvalid({
    path,
    problem:
      "is true, but the flow runs in this container and its end must end the task; leave it out, and give `onInfrastructureFailure` or the flow's tasks retries",
    given: true,
    accepted: false,
  });
}

function checkStopTimeout(given: Json | undefined, path: string, fargate: boolean): void {
  if (given === undefined) return;
  const most = fargate ? MOST_STOP_TIMEOUT : Number.MAX_SAFE_INTEGER;
  const seconds = Number(given);
  if (Number.isInteger(seconds) && seconds >= LEAST_STOP_TIMEOUT && seconds <= most) return;
  const accepted = `${LEAST_STOP_TIMEOUT} to ${fargate ? MOST_STOP_TIMEOUT : "any number of"} seconds`;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; AWS takes whole numbers, ${accepted}`,
    given,
    accepted,
  });
}

const HEALTH_LIMITS = {
  interval: [5, 300],
  timeout: [2, 120],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const;

/** Health checks as Docker and AWS take them. */
export function checkHealthChecks(subject: FargateSubject): void {
  for (const { container, path } of containersOf(subject)) {
    const [check] = objectsOf([container["healthCheck"] ?? null]);
    if (check === undefined) continue;
    const at = `${path}.healthCheck`;
    const command = Array.isArray(check["command"]) ? check["command"] : [];
    if (!["CMD", "CMD-SHELL"].includes(String(command[0])) || command.length < 2) {
      throw fargateInvalid({
        path: `${at}.command`,
        problem:
          'must start with "CMD" (a program and its arguments) or "CMD-SHELL" (one line for a shell), and go on with the command',
        accepted: ["CMD", "CMD-SHELL"],
      });
    }
    for (const [field, [least, most]] of Object.entries(HEALTH_LIMITS)) {
      checkHealthLimit(check[field], `${at}.${field}`, least, most);
    }
  }
}

function checkHealthLimit(
  given: Json | undefined,
  path: string,
  least: number,
  most: number,
): void {
  if (given === undefined) return;
  if (Number.isInteger(given) && Number(given) >= least && Number(given) <= most) return;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; AWS takes whole numbers from ${least} to ${most}`,
    given,
    accepted: `${least} to ${most}`,
  });
}
