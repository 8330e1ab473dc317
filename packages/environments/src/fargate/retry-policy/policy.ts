import { isPlainObject, type Json, type JsonObject, nearest } from "@slipway/core";
import { isObject } from "../../plain-read.ts";
import type { Cause } from "../causes.ts";
import { DURATION_NOTATION, parseDuration } from "../duration.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { parseMemory } from "../sizes.ts";
import { causesOf, RULE_NAMES, TRANSIENT } from "./rule-names.ts";
import { parseVariants, type Variant } from "./variants.ts";

/** How often another attempt follows one that was lost for one of these causes. */
export interface RetryRule {
  readonly causes: readonly Cause[];
  /** Over the whole run, for all of the causes together. */
  readonly retries: number;
  /** Absent: a pause that grows. */
  readonly delayMs?: number;
  /** Whether the flow's code may have run already. */
  readonly unlessStarted: boolean;
}

/** What follows a failure of the infrastructure, and how a run is stopped: parsed, with the defaults. */
export interface FargatePolicy {
  /** The first rule that names a cause holds. */
  readonly rules: readonly RetryRule[];
  readonly scaleMemory?: { readonly factor: number; readonly maxMiB: number };
  /** The number of interruptions after which Fargate Spot is left out. */
  readonly onDemandAfter?: number;
  readonly capacityDeadlineMs: number;
  /** Ways to launch beside the author's own. */
  readonly variants: readonly Variant[];
  readonly stopGraceMs: number;
}

const ROOT = "onInfrastructureFailure";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const DEFAULT_DEADLINE = 30 * MINUTE;
/** How long a capacity provider keeps a task that it has no room for, at the most. */
const LONGEST_PROVISIONING = 30 * MINUTE;
const DEFAULT_STOP_GRACE = 10_000;
const DEFAULT_RETRIES = 2;
/** More is a slip, or a loop without end. */
const MOST_RETRIES = 1000;

/** Reads `onInfrastructureFailure` and `stopGrace`. Throws `ENVIRONMENT_INVALID`. */
export function parsePolicy(args: JsonObject): FargatePolicy {
  const { capacity, ...rules } = objectAt(args[ROOT], ROOT);
  const { outOfMemory, spot } = rules;
  const scaling = isObject(outOfMemory) ? outOfMemory["scaleMemory"] : undefined;
  const room = parseCapacity(capacity);
  const spotRetries = isObject(spot) && spot["then"] !== undefined ? spot["retries"] : undefined;
  return {
    rules: [...parseRules(rules), capacityRule(room)],
    ...(scaling === undefined ? {} : { scaleMemory: parseScaling(scaling) }),
    ...(spotRetries === undefined ? {} : { onDemandAfter: Number(spotRetries) }),
    ...room,
    stopGraceMs: durationAt(args["stopGrace"], "stopGrace", 60 * MINUTE) ?? DEFAULT_STOP_GRACE,
  };
}

function parseCapacity(given: Json | undefined) {
  const path = `${ROOT}.capacity`;
  const capacity = objectAt(given, path);
  refuseUnknown(capacity, path, ["deadline", "then"]);
  const deadline = durationAt(capacity["deadline"], `${path}.deadline`, 30 * DAY);
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
}: Pick<FargatePolicy, "capacityDeadlineMs" | "variants">): RetryRule {
  const waits = Math.floor(capacityDeadlineMs / LONGEST_PROVISIONING);
  const retries = Math.min(Math.max(variants.length, waits), MOST_RETRIES);
  return { causes: ["Capacity"], retries, unlessStarted: true };
}

function parseRules(given: JsonObject): readonly RetryRule[] {
  refuseUnknown(given, ROOT, [...RULE_NAMES, "capacity"]);
  const named = Object.entries(given).map(([name, rule]) => ({
    causes: causesOf(name),
    rule: parseRule(rule, name),
  }));
  // A name for one cause is taken before one that stands for several.
  named.sort((a, b) => a.causes.length - b.causes.length);
  const taken = new Set<Cause>();
  const rules = named.map(({ causes, rule }) => ({ ...rule, causes: causes.filter(take) }));
  const byDefault = { retries: DEFAULT_RETRIES, unlessStarted: true };
  return [...rules, { ...byDefault, causes: TRANSIENT.filter(take) }];

  function take(cause: Cause): boolean {
    return !taken.has(cause) && taken.add(cause) === taken;
  }
}

/** Fields that one rule has beside `retries` and `delay`. */
const MORE_FIELDS: Readonly<Record<string, string>> = { outOfMemory: "scaleMemory", spot: "then" };

function parseRule(given: Json, name: string): Omit<RetryRule, "causes"> {
  const path = `${ROOT}.${name}`;
  const rule = objectAt(given, path);
  const more = MORE_FIELDS[name];
  refuseUnknown(rule, path, ["retries", "delay", ...(more === undefined ? [] : [more])]);
  if (name === "spot") checkThen(rule["then"], `${path}.then`);
  // After no interruption at all there would be no Fargate Spot to leave.
  const least = rule["then"] === undefined ? 0 : 1;
  const retries = retriesAt(rule["retries"], `${path}.retries`, least);
  const delayMs = durationAt(rule["delay"], `${path}.delay`, DAY);
  return { retries, ...(delayMs === undefined ? {} : { delayMs }), unlessStarted: false };
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

function parseScaling(given: Json) {
  const path = `${ROOT}.outOfMemory.scaleMemory`;
  const scaling = objectAt(given, path);
  refuseUnknown(scaling, path, ["factor", "max"]);
  const { factor, max = null } = scaling;
  if (typeof factor !== "number" || factor <= 1 || factor > 100) {
    throw fargateInvalid({
      path: `${path}.factor`,
      problem: `is ${JSON.stringify(factor)}; give a number above 1 (and not above 100), or nothing for 2`,
      given: factor ?? "undefined",
      accepted: "1 < factor ≤ 100",
    });
  }
  // AWS takes whole MiB, and a part of a GB may be none.
  return { factor, maxMiB: Math.floor(parseMemory(max, `${path}.max`)) };
}

function retriesAt(given: Json | undefined, path: string, least: number): number {
  const count = Number(given);
  const whole = typeof given === "number" && Number.isInteger(given);
  if (whole && count >= least && count <= MOST_RETRIES) return count;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; give a whole number, ${least}${least === 0 ? " (none)" : ""} to ${MOST_RETRIES}`,
    given: given ?? "undefined",
    accepted: `${least} to ${MOST_RETRIES}`,
  });
}

function durationAt(given: Json | undefined, path: string, most: number): number | undefined {
  if (given === undefined) return undefined;
  const parsed = parseDuration(given);
  if (parsed !== undefined && parsed <= most) return parsed;
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; give ${DURATION_NOTATION}, at most ${most / MINUTE} minutes`,
    given,
    accepted: DURATION_NOTATION,
  });
}

function objectAt(given: Json | undefined, path: string): JsonObject {
  if (given === undefined) return {};
  if (isPlainObject(given)) return given as JsonObject;
  throw fargateInvalid({ path, problem: "must be an object", given, accepted: "an object" });
}

function refuseUnknown(given: JsonObject, path: string, accepted: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !accepted.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, accepted);
  throw fargateInvalid({
    path: `${path}.${unknown}`,
    problem: near
      ? `is not known; did you mean \`${near}\`?`
      : `is not known; there is ${accepted.join(", ")}`,
    given: unknown,
    accepted: near ?? accepted,
  });
}
