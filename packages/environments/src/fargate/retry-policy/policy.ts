import type { Json, JsonObject } from "@slipway/core";
import { isObject } from "../../plain-read.ts";
import { createOptionReader, MOST_RETRIES } from "../../retry-policy/option-reader.ts";
import { parseRules, type RetryRule, POLICY_ROOT as ROOT } from "../../retry-policy/rules.ts";
import { type MemoryScaling, parseScaling } from "../../retry-policy/scaling.ts";
import type { Cause } from "../causes.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { parseMemory } from "../sizes.ts";
import { RULE_NAMES, TRANSIENT } from "./rule-names.ts";
import { parseVariants, type Variant } from "./variants.ts";

/** What follows a failure of the infrastructure, and how a run is stopped: parsed, with the defaults. */
export interface FargatePolicy {
  /** The first rule that names a cause holds. */
  readonly rules: readonly RetryRule<Cause>[];
  readonly scaleMemory?: MemoryScaling;
  /** The number of interruptions after which Fargate Spot is left out. */
  readonly onDemandAfter?: number;
  readonly capacityDeadlineMs: number;
  /** Ways to launch beside the author's own. */
  readonly variants: readonly Variant[];
  readonly stopGraceMs: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const DEFAULT_DEADLINE = 30 * MINUTE;
/** How long a capacity provider keeps a task that it has no room for, at the most. */
const LONGEST_PROVISIONING = 30 * MINUTE;
const DEFAULT_STOP_GRACE = 10_000;
const READER = createOptionReader(fargateInvalid);
const BOOK = {
  names: RULE_NAMES,
  moreFields: { outOfMemory: "scaleMemory", spot: "then" },
  otherNames: ["capacity"],
  transient: TRANSIENT,
};

/** Reads `onInfrastructureFailure` and `stopGrace`. Throws `ENVIRONMENT_INVALID`. */
export function parsePolicy(args: JsonObject): FargatePolicy {
  const { capacity, ...rules } = READER.object(args[ROOT], ROOT);
  const { outOfMemory, spot } = rules;
  const scaling = isObject(outOfMemory) ? outOfMemory["scaleMemory"] : undefined;
  const room = parseCapacity(capacity);
  if (isObject(spot)) checkThen(spot["then"], `${ROOT}.spot.then`);
  const spotRetries = isObject(spot) && spot["then"] !== undefined ? spot["retries"] : undefined;
  return {
    rules: [...parseRules(READER, BOOK, rules), capacityRule(room)],
    ...(scaling === undefined ? {} : { scaleMemory: parseScaling(READER, scaling, parseMemory) }),
    ...(spotRetries === undefined ? {} : { onDemandAfter: Number(spotRetries) }),
    ...room,
    stopGraceMs: READER.duration(args["stopGrace"], "stopGrace", 60 * MINUTE) ?? DEFAULT_STOP_GRACE,
  };
}

function parseCapacity(given: Json | undefined) {
  const path = `${ROOT}.capacity`;
  const capacity = READER.object(given, path);
  READER.known(capacity, path, ["deadline", "then"]);
  const deadline = READER.duration(capacity["deadline"], `${path}.deadline`, 30 * DAY);
  return {
    capacityDeadlineMs: deadline ?? DEFAULT_DEADLINE,
    variants: parseVariants(capacity["then"], `${path}.then`),
  };
}

/**
 * For tasks that a capacity provider took in and found no room for: each other way to launch has a turn, and so many
 * waits as the deadline has room for.
 */
function capacityRule({
  capacityDeadlineMs,
  variants,
}: Pick<FargatePolicy, "capacityDeadlineMs" | "variants">): RetryRule<Cause> {
  const waits = Math.floor(capacityDeadlineMs / LONGEST_PROVISIONING);
  const retries = Math.min(Math.max(variants.length, waits), MOST_RETRIES);
  return { causes: ["Capacity"], retries, unlessStarted: true };
}

function checkThen(given: Json | undefined, path: string): void {
  if (given === undefined || given === "on-demand") return;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; after Fargate Spot comes "on-demand" or nothing`,
    given,
    accepted: "on-demand",
  });
}
