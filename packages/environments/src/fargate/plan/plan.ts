import type { Json, JsonObject, LaunchRequest, RenderedLaunch } from "@slipway/core";
import { type Difference, differences } from "../../differences.ts";
import { isObject, objectsOf } from "../../plain-read.ts";
import { looksSecret } from "../../secret-looking.ts";
import { fargateArguments } from "../fargate-arguments.ts";
import { renderLaunch } from "../render.ts";
import { MOST_OVERRIDES } from "../run-task.ts";
import { HASH_TAG } from "../tags.ts";
import { type IamPolicies, iamPolicy } from "./iam-policy.ts";

export interface PlannedChange extends Difference {
  /** Whether a new revision of the task definition is registered for it. */
  readonly forcesRevision: boolean;
}

export interface FargatePlan {
  /** The exact inputs, by operation. */
  readonly inputs: RenderedLaunch;
  /** Characters of RunTask's overrides, and how many AWS takes. */
  readonly overrides: { readonly length: number; readonly most: number };
  /** What differs from the version before; none without one. */
  readonly changes: readonly PlannedChange[];
  /** What IAM must allow. */
  readonly policy: IamPolicies;
}

export interface PlanInput {
  /** The arguments as they are stored. */
  readonly args: JsonObject;
  readonly request: LaunchRequest;
  /** The version before, with its image where that is known. */
  readonly previous?: { readonly args: JsonObject; readonly image?: string } | undefined;
}

const HIDDEN = "\u2039hidden\u203a";

/** What a launch would send, what differs from the version before, and what it needs. Pure. */
export function planFargate({ args, request, previous }: PlanInput): FargatePlan {
  const sorted = fargateArguments(args);
  const inputs = renderLaunch(sorted, request);
  return {
    inputs,
    overrides: {
      length: JSON.stringify(inputs["RunTask"]?.["overrides"] ?? {}).length,
      most: MOST_OVERRIDES,
    },
    changes: previous === undefined ? [] : changesSince(previous, inputs, { args, request }),
    policy: iamPolicy(sorted, request.flowName, request.image),
  };
}

function changesSince(
  previous: { readonly args: JsonObject; readonly image?: string },
  inputs: RenderedLaunch,
  { args, request }: { readonly args: JsonObject; readonly request: LaunchRequest },
): readonly PlannedChange[] {
  const then = { ...request, image: previous.image ?? request.image };
  const before = renderLaunch(fargateArguments(previous.args), then);
  const operations = ["RegisterTaskDefinition", "RunTask"].flatMap((operation) =>
    differences(comparable(before[operation]), comparable(inputs[operation]), operation).map(
      (change) => ({ ...change, forcesRevision: operation === "RegisterTaskDefinition" }),
    ),
  );
  const rest = differences(besideCalls(previous.args), besideCalls(args)).map((change) => ({
    ...change,
    forcesRevision: false,
  }));
  return [...operations, ...rest].map(masked);
}

/** An input with its variables and tags by name, so that a path says which one differs. Without the hash, which changes with all else. */
function comparable(input: JsonObject | undefined): JsonObject {
  if (input === undefined) return {};
  const { containerDefinitions, overrides } = input;
  const { [HASH_TAG]: _, ...tags } = byName(input["tags"], "key");
  return {
    ...input,
    tags,
    ...(containerDefinitions === undefined
      ? {}
      : { containerDefinitions: containersByName(containerDefinitions) }),
    ...(isObject(overrides)
      ? {
          overrides: {
            ...overrides,
            containerOverrides: containersByName(overrides["containerOverrides"]),
          },
        }
      : {}),
  };
}

function containersByName(given: Json | undefined): Json {
  return objectsOf(given).map((container) =>
    container["environment"] === undefined
      ? container
      : { ...container, environment: byName(container["environment"], "name") },
  );
}

function byName(entries: Json | undefined, key: "name" | "key"): JsonObject {
  return Object.fromEntries(
    objectsOf(entries).map((entry) => [String(entry[key]), entry["value"] ?? ""]),
  );
}

/** The client's arguments and the policy: what neither call has. */
function besideCalls(args: JsonObject): JsonObject {
  const { client } = fargateArguments(args);
  const own = ["onInfrastructureFailure", "stopGrace"].filter((name) => args[name] !== undefined);
  return { ...client, ...Object.fromEntries(own.map((name) => [name, args[name] ?? null])) };
}

const CREDENTIAL = /^(credentials|awsAccessKeyId|awsSecretAccessKey|awsSessionToken)(\.|$)/;

function masked(change: PlannedChange): PlannedChange {
  const { path, from, to } = change;
  return {
    ...change,
    ...(from === undefined ? {} : { from: withoutSecrets(from, path) }),
    ...(to === undefined ? {} : { to: withoutSecrets(to, path) }),
  };
}

/** Variables and options of drivers stand under names that an author chose, which say what is secret. */
const NAMED = /\.(environment|options|driverOpts)\.([^.]*)$/;

function withoutSecrets(value: Json, path: string): Json {
  if (CREDENTIAL.test(path) || looksSecret(NAMED.exec(path)?.[2] ?? "")) return HIDDEN;
  if (Array.isArray(value)) {
    return value.map((item, index) => withoutSecrets(item, `${path}[${index}]`));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, `${path}.${key}`)]),
  );
}
