import { z } from "zod";
import { OPERATION_NAMES } from "../api/services.ts";
import type { FailureScript, OperationRule, TaskRule } from "./failure-rules.ts";
import { parseOperationRule } from "./parse-operation-rule.ts";
import { parseTaskRule } from "./parse-task-rule.ts";
import type { Rate } from "./rates.ts";
import { at, oneOf, type Place, parsePart, scriptError } from "./script-error.ts";
import { durationSchema } from "./script-fields.ts";

/** A script as its author writes it, in YAML or as an object. */
export interface FailureScriptInput {
  readonly failures?: readonly Readonly<Record<string, unknown>>[];
  readonly rates?: Readonly<Record<string, Rate>>;
  /** A time such as `2s`. */
  readonly settle?: string;
  /** The beginning of all chances. */
  readonly seed?: number;
}

const scriptSchema = z.strictObject({
  failures: z.array(z.unknown()).optional(),
  rates: z.record(z.string(), z.unknown()).optional(),
  settle: durationSchema.optional(),
  seed: z.int().optional(),
});

const rateSchema = z.strictObject({
  burst: z.int().min(1, "must be at least 1"),
  perSecond: z.number().gt(0, "must be over 0"),
});

/**
 * Checks a script of failures, as read from YAML. `source` names it in errors.
 * Throws `INVALID_ARGUMENT` with the path, what was given and what is accepted.
 */
export function parseFailureScript(given: unknown, source = "script"): FailureScript {
  const place: Place = { source, path: [] };
  // An empty file is a script without failures.
  const {
    failures = [],
    rates = {},
    settle = 0,
    seed = 1,
  } = parsePart(scriptSchema, given ?? {}, place);
  const operations: OperationRule[] = [];
  const tasks: TaskRule[] = [];
  for (const [index, entry] of failures.entries()) {
    const here = at(place, "failures", index);
    // Rules of one script draw from series of their own.
    if (isRuleOf(entry, here) === "operation") {
      operations.push(parseOperationRule(entry, here, seed + index));
    } else {
      tasks.push(parseTaskRule(entry, here, seed + index));
    }
  }
  return { operations, tasks, rates: parseRates(rates, at(place, "rates")), settleMs: settle };
}

function isRuleOf(entry: unknown, place: Place): "operation" | "task" {
  const fields = typeof entry === "object" && entry !== null ? Object.keys(entry) : [];
  const kinds = (["operation", "task"] as const).filter((kind) => fields.includes(kind));
  const [kind, second] = kinds;
  if (kind !== undefined && second === undefined) return kind;
  throw scriptError(place, {
    given: entry,
    must: "must have either operation (calls that go wrong) or task (tasks that fail)",
  });
}

function parseRates(given: Readonly<Record<string, unknown>>, place: Place): Record<string, Rate> {
  return Object.fromEntries(
    Object.entries(given).map(([operation, rate]) => {
      if (!OPERATION_NAMES.includes(operation)) {
        throw scriptError(place, {
          given: operation,
          ...oneOf(OPERATION_NAMES, "can have only the operations"),
        });
      }
      return [operation, parsePart(rateSchema, rate, at(place, operation))];
    }),
  );
}
