import {
  type Cost,
  type Diagnosis,
  type Infrastructure,
  isPlainObject,
  type ResourceUsage,
} from "@slipway/core";
import { cut, refusal, withoutNul } from "./input.ts";
import { checkObject } from "./json-input.ts";

/** The date of a price table, and the region of it that stands for one that it does not have. */
const PRICES_OF = /^\d{4}-\d\d-\d\d(, [a-z0-9-]{1,40})?$/;

const LONGEST_STATUS = 1024;
const MOST_LINES = 200;
const LONGEST_LINE = 4 * 1024;
const LONGEST_TAIL = 256 * 1024;
/** More than any machine has, in vCPU or MiB, and than anything costs. */
const LARGEST = 1e9;

/** Throws `INVALID_ARGUMENT`, as all of these do. */
export function parseInfrastructure(value: unknown, path = "infrastructure"): Infrastructure {
  const { kind, id, details } = checkObject(path, value, "{ kind, id, details }");
  if (typeof kind !== "string") throw refusal(`${path}.kind`, kind, "a text");
  if (typeof id !== "string") throw refusal(`${path}.id`, id, "a text");
  if (!isPlainObject(details)) throw refusal(`${path}.details`, details, "an object");
  // It came out of JSON, so what it holds is JSON.
  return { kind, id, details: details as Infrastructure["details"] };
}

export function parseDiagnosis(value: unknown): Diagnosis {
  const path = "diagnosis";
  const { cause, message, evidence } = checkObject(path, value, "{ cause, message, evidence }");
  if (typeof cause !== "string") throw refusal(`${path}.cause`, cause, "a text");
  if (typeof message !== "string") throw refusal(`${path}.message`, message, "a text");
  if (!isPlainObject(evidence)) throw refusal(`${path}.evidence`, evidence, "an object");
  // It came out of JSON, so what it holds is JSON.
  return { cause, message, evidence: evidence as Diagnosis["evidence"] };
}

const MEASURES = ["cpuPeak", "cpuMean", "memoryPeakMiB", "cpuLimit", "memoryLimitMiB"] as const;

/** Takes what is known; a newer process may measure more. */
export function parseUsage(path: string, value: unknown): ResourceUsage {
  const given = checkObject(path, value, "an object of numbers");
  const measured = MEASURES.filter((name) => given[name] !== undefined && given[name] !== null);
  const measures = measured.map((name) => [name, checkAmount(`${path}.${name}`, given[name])]);
  const samples = Math.trunc(checkAmount(`${path}.samples`, given["samples"]));
  return { ...Object.fromEntries(measures), samples };
}

export function parseCost(path: string, value: unknown): Cost {
  const accepted = "{ amount, currency, pricesOf }";
  const { amount, currency, pricesOf } = checkObject(path, value, accepted);
  const price = checkAmount(`${path}.amount`, amount);
  if (typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency))
    throw refusal(`${path}.currency`, currency, "a currency of ISO 4217, like USD");
  if (typeof pricesOf !== "string" || !PRICES_OF.test(pricesOf))
    throw refusal(
      `${path}.pricesOf`,
      pricesOf,
      "a date, like 2026-01-31, or 2026-01-31, us-east-1",
    );
  return { amount: price, currency, pricesOf };
}

function checkAmount(path: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= LARGEST) return value;
  throw refusal(path, value, `a number from 0 to ${LARGEST}`);
}

/** One line; null where it was cleared. */
export function parseStatus(value: string): string | null {
  const line = withoutNul(value).replaceAll(/\s+/g, " ").trim();
  return line === "" ? null : cut(line, LONGEST_STATUS);
}

/** The last lines, each cut where it is too long; of many long ones the older are dropped. */
export function parseLogTail(lines: readonly string[]): readonly string[] {
  const tail: string[] = [];
  let length = 0;
  for (const line of lines.slice(-MOST_LINES).reverse()) {
    const kept = withoutNul(cut(line, LONGEST_LINE));
    length += kept.length;
    if (length > LONGEST_TAIL) break;
    tail.unshift(kept);
  }
  return tail;
}
