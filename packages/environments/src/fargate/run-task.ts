import { createHash } from "node:crypto";
import {
  FLOW_COMMAND,
  type JsonObject,
  type LaunchRequest,
  type ReservedVariable,
} from "@slipway/core";
import { environmentInvalid } from "../environment-invalid.ts";
import { isObject, objectsOf, textOf, without } from "../plain-read.ts";
import { authorEntries, reservedEntries } from "../reserved-environment.ts";
import { pinnedDefinition } from "./family.ts";
import { RUN_FIELDS } from "./fields.ts";
import { DEFINITION_VARIABLES, flowContainerName, withTags } from "./task-definition.ts";

/** What differs from run to run. */
const RUN_VARIABLES = [
  "SLIPWAY__CLOUD__AUTH_TOKEN",
  "SLIPWAY__CONTEXT__FLOW_RUN_ID",
] as const satisfies readonly ReservedVariable[];

/** "A total of 8192 characters are allowed for overrides", JSON's own included (AWS, TaskOverride). */
const MOST_OVERRIDES = 8192;
/** Characters that RunTask takes for a client token. */
const LONGEST_TOKEN = 64;

/** The tag that names the attempt. */
export const IDENTIFIER_TAG = "identifier";

/** The exact input of RunTask. Throws `ENVIRONMENT_INVALID` where the overrides are longer than AWS allows. */
export function renderRunTask(
  args: JsonObject,
  request: LaunchRequest,
  taskDefinition: string,
): JsonObject {
  const given = Object.entries(args).filter(([name]) => Object.hasOwn(RUN_FIELDS, name));
  const chosen = args["launchType"] !== undefined || args["capacityProviderStrategy"] !== undefined;
  return {
    ...Object.fromEntries(given),
    taskDefinition,
    ...(chosen ? {} : { launchType: "FARGATE" }),
    overrides: renderOverrides(args, request),
    tags: withTags(args["tags"], {
      [IDENTIFIER_TAG]: request.attemptId,
      flow_run_id: request.flowRunId,
    }),
    clientToken: clientToken(request),
  };
}

/** The same for each launch of an attempt, so that ECS answers a repeated RunTask with the task that it has. */
function clientToken({ flowRunId, attempt }: LaunchRequest): string {
  const token = `${flowRunId}-${attempt}`;
  const fits = token.length <= LONGEST_TOKEN && /^[!-~]+$/.test(token);
  return fits ? token : createHash("sha256").update(token).digest("hex");
}

function renderOverrides(args: JsonObject, request: LaunchRequest): JsonObject {
  const given = isObject(args["overrides"]) ? args["overrides"] : {};
  const containers = objectsOf(given["containerOverrides"]);
  const pinned = pinnedDefinition(args) !== undefined;
  const name = pinned ? (textOf(containers[0]?.["name"]) ?? "flow") : flowContainerName(args);
  const at = containers.findIndex((container) => container["name"] === name);
  const own = at === -1 ? {} : (containers[at] ?? {});
  const variables = pinned ? [...DEFINITION_VARIABLES, ...RUN_VARIABLES] : RUN_VARIABLES;
  const merged = {
    ...without(own, "command"),
    name,
    ...(pinned ? { command: FLOW_COMMAND } : {}),
    environment: [...authorEntries(own["environment"]), ...reservedEntries(variables, request)],
  };
  const overrides = {
    ...given,
    containerOverrides: at === -1 ? [...containers, merged] : containers.with(at, merged),
  };
  checkLength(overrides);
  return overrides;
}

function checkLength(overrides: JsonObject): void {
  const { length } = JSON.stringify(overrides);
  if (length <= MOST_OVERRIDES) return;
  throw environmentInvalid({
    type: "FargateTaskEnvironment",
    path: "overrides",
    problem: `has ${length} characters as JSON with what Slipway adds, and AWS takes ${MOST_OVERRIDES}; move variables to containerDefinitions`,
    given: length,
    accepted: MOST_OVERRIDES,
  });
}
