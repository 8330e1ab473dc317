import type { Json, JsonObject } from "@slipway/core";
import { isObject } from "../../plain-read.ts";
import { createOptionReader } from "../../retry-policy/option-reader.ts";
import { parseRules, type RetryRule, POLICY_ROOT as ROOT } from "../../retry-policy/rules.ts";
import { type MemoryScaling, parseScaling } from "../../retry-policy/scaling.ts";
import type { Cause } from "../causes.ts";
import { kubernetesInvalid } from "../kubernetes-invalid.ts";
import { parseMebibytes } from "../quantity.ts";
import { RULE_NAMES, TRANSIENT } from "./rule-names.ts";

/** What follows a failure of the infrastructure, and how a run is started and stopped: parsed, with the defaults. */
export interface KubernetesPolicy {
  /** The first rule that names a cause holds. */
  readonly rules: readonly RetryRule<Cause>[];
  readonly scaleMemory?: MemoryScaling;
  readonly capacityDeadlineMs: number;
  readonly startTimeoutMs: number;
  readonly stopGraceMs: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const DEFAULT_DEADLINE = 30 * MINUTE;
const DEFAULT_START_TIMEOUT = 10 * MINUTE;
const DEFAULT_STOP_GRACE = 10_000;
const READER = createOptionReader(kubernetesInvalid);
const BOOK = {
  names: RULE_NAMES,
  moreFields: { outOfMemory: "scaleMemory" },
  otherNames: ["capacity"],
  transient: TRANSIENT,
};

/** Reads `onInfrastructureFailure`, `startTimeout` and `stopGrace`. Throws `ENVIRONMENT_INVALID`. */
export function parsePolicy(args: JsonObject): KubernetesPolicy {
  const { capacity: room, ...rules } = READER.object(args[ROOT], ROOT);
  const { outOfMemory } = rules;
  const scaling = isObject(outOfMemory) ? outOfMemory["scaleMemory"] : undefined;
  const capacity = READER.object(room, `${ROOT}.capacity`);
  READER.known(capacity, `${ROOT}.capacity`, ["deadline"]);
  const duration = (given: Json | undefined, path: string, most: number, otherwise: number) =>
    READER.duration(given, path, most) ?? otherwise;
  const { startTimeout, stopGrace } = args;
  return {
    rules: parseRules(READER, BOOK, rules),
    ...(scaling === undefined ? {} : { scaleMemory: parseScaling(READER, scaling, memoryAt) }),
    capacityDeadlineMs: duration(
      capacity["deadline"],
      `${ROOT}.capacity.deadline`,
      30 * DAY,
      DEFAULT_DEADLINE,
    ),
    startTimeoutMs: startTimeoutOf(
      duration(startTimeout, "startTimeout", 7 * DAY, DEFAULT_START_TIMEOUT),
    ),
    stopGraceMs: duration(stopGrace, "stopGrace", 60 * MINUTE, DEFAULT_STOP_GRACE),
  };
}

function startTimeoutOf(given: number): number {
  if (given > 0) return given;
  throw kubernetesInvalid({
    path: "startTimeout",
    problem: 'is 0, in which no pod starts; give a longer one, or nothing for "10m"',
    given,
  });
}

/** A quantity of Kubernetes, or "30GB" as on Fargate. In MiB. */
function memoryAt(given: Json, path: string): number {
  const [, gigabytes] =
    typeof given === "string" ? (/^(\d+(?:\.\d+)?) ?GB$/.exec(given) ?? []) : [];
  const parsed = gigabytes === undefined ? parseMebibytes(given) : Number(gigabytes) * 1024;
  if (parsed !== undefined && parsed >= 1) return parsed;
  throw kubernetesInvalid({
    path,
    problem: `is ${JSON.stringify(given)}; give memory as Kubernetes writes it, for example "8Gi"`,
    given,
    accepted: "a quantity",
  });
}
