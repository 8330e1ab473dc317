import { createHash } from "node:crypto";
import {
  FLOW_COMMAND,
  type JsonObject,
  type LaunchRequest,
  type ReservedVariable,
} from "@slipway/core";
import { isObject, objectsOf, textOf, without } from "../plain-read.ts";
import { authorEntries, reservedEntries } from "../reserved-environment.ts";
import type { FargateArguments } from "./fargate-arguments.ts";
import { fargateInvalid } from "./fargate-invalid.ts";
import { flowContainerName } from "./flow-container.ts";
import { type GrownSize, sizeAfter } from "./memory-ladder.ts";
import { leavesSpot } from "./retry-policy/retry-after.ts";
import { applyVariant, onDemand, wayOf } from "./retry-policy/variants.ts";
import { taskTags } from "./tags.ts";
import { DEFINITION_VARIABLES } from "./task-definition.ts";

/** What differs from run to run. */
const RUN_VARIABLES = [
  "SLIPWAY__CLOUD__AUTH_TOKEN",
  "SLIPWAY__CONTEXT__FLOW_RUN_ID",
] as const satisfies readonly ReservedVariable[];

/** "A total of 8192 characters are allowed for overrides", JSON's own included (AWS, TaskOverride). */
export const MOST_OVERRIDES = 8192;
/** Characters that RunTask takes for a client token. */
const LONGEST_TOKEN = 64;
/** AWS takes 128 today; older endpoints, and what imitates them, take 36. */
const LONGEST_STARTED_BY = 36;

/** The exact input of RunTask. Throws `ENVIRONMENT_INVALID` where the overrides are longer than AWS allows. */
export function renderRunTask(
  args: FargateArguments,
  request: LaunchRequest,
  taskDefinition: string,
): JsonObject {
  const run = runOf(args, request);
  return {
    startedBy: startedBy(request),
    propagateTags: "TASK_DEFINITION",
    enableECSManagedTags: true,
    ...run,
    taskDefinition,
    overrides: renderOverrides({ ...args, run }, request),
    tags: taskTags(run["tags"], request),
    clientToken: clientToken(request, textOf(run["clientToken"])),
  };
}

/** The author's RunTask as this attempt is launched: in its way, and without Fargate Spot after too many interruptions. */
export function runOf(
  args: FargateArguments,
  attempt: Pick<LaunchRequest, "variant" | "earlier">,
): JsonObject {
  const { variants } = args.policy;
  const own = args.run["launchType"] ?? args.run["capacityProviderStrategy"];
  const first = own === undefined ? { ...args.run, launchType: "FARGATE" } : args.run;
  const run = applyVariant(first, variants[wayOf(variants, attempt) - 1]);
  return leavesSpot(args, attempt.earlier) ? onDemand(run) : run;
}

/**
 * The same for each launch of an attempt in one variant, so that ECS answers a repeated RunTask with the task that it
 * has. One that the author gives would answer every run with the first one's task, so it is the beginning only.
 */
function clientToken({ flowRunId, attempt, variant }: LaunchRequest, given?: string): string {
  const token = `${flowRunId}-${attempt}-${variant}`;
  if (given !== undefined) return `${given.slice(0, 31)}-${hashOf(`${given} ${token}`).slice(32)}`;
  const fits = token.length <= LONGEST_TOKEN && /^[!-~]+$/.test(token);
  return fits ? token : hashOf(token);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function startedBy({ flowRunId }: LaunchRequest): string {
  return `slipway/${flowRunId.replaceAll(/[^A-Za-z0-9_-]/g, "-")}`.slice(0, LONGEST_STARTED_BY);
}

function renderOverrides(args: FargateArguments, request: LaunchRequest): JsonObject {
  const given = isObject(args.run["overrides"]) ? args.run["overrides"] : {};
  const containers = objectsOf(given["containerOverrides"]);
  const { pinned } = args;
  const name = flowContainerName(args);
  const at = containers.findIndex((container) => container["name"] === name);
  const own = at === -1 ? {} : (containers[at] ?? {});
  const variables = pinned ? [...DEFINITION_VARIABLES, ...RUN_VARIABLES] : RUN_VARIABLES;
  const { container, ...task } = grownOverrides(args, request);
  const merged = {
    ...without(own, "command"),
    name,
    ...(pinned ? { command: FLOW_COMMAND } : {}),
    environment: [...authorEntries(own["environment"]), ...reservedEntries(variables, request)],
    ...container,
  };
  const overrides = {
    ...given,
    ...task,
    containerOverrides: at === -1 ? [...containers, merged] : containers.with(at, merged),
  };
  checkLength(overrides);
  return overrides;
}

/** What differs from the sizes that the author gave, as RunTask writes it. */
function grownOverrides(args: FargateArguments, { earlier }: LaunchRequest) {
  const before = sizeAfter(args, []);
  const now = sizeAfter(args, earlier);
  const changed = (name: "cpu" | "memoryMiB") => now[name] !== before[name];
  return {
    ...(changed("cpu") ? { cpu: String(now.cpu) } : {}),
    ...(changed("memoryMiB") ? { memory: String(now.memoryMiB) } : {}),
    container: differing(now.container, before.container),
  };
}

function differing(now: GrownSize["container"], before: GrownSize["container"]): JsonObject {
  const limits = Object.entries(before);
  return Object.fromEntries(
    Object.entries(now).filter(([name, mib]) => !limits.some(([n, m]) => n === name && m === mib)),
  );
}

function checkLength(overrides: JsonObject): void {
  const { length } = JSON.stringify(overrides);
  if (length <= MOST_OVERRIDES) return;
  throw fargateInvalid({
    path: "overrides",
    problem: `has ${length} characters as JSON with what Slipway adds, and AWS takes ${MOST_OVERRIDES}; move variables to containerDefinitions`,
    given: length,
    accepted: MOST_OVERRIDES,
    cause: "OverridesTooLong",
  });
}
