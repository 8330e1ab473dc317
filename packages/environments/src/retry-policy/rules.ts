import type { Json, JsonObject } from "@slipway/core";
import { LONGEST_DELAY, type OptionReader } from "./option-reader.ts";
import type { RuleNames } from "./rule-names.ts";

/** How often another attempt follows one that was lost for one of these causes. */
export interface RetryRule<Cause extends string = string> {
  readonly causes: readonly Cause[];
  /** Over the whole run, for all of the causes together. */
  readonly retries: number;
  /** Absent: a pause that grows. */
  readonly delayMs?: number;
  /** Whether another attempt is safe only where none of the flow's code has run. */
  readonly unlessStarted: boolean;
}

/** The argument that holds a policy. */
export const POLICY_ROOT = "onInfrastructureFailure";

const DEFAULT_RETRIES = 2;

/** What a platform's rules are like. */
export interface RuleBook<Cause extends string> {
  readonly names: RuleNames<Cause>;
  /** Fields that one rule has beside `retries` and `delay`. */
  readonly moreFields: Readonly<Record<string, string>>;
  /** Names beside the rules' own. */
  readonly otherNames: readonly string[];
  /** Failures that may be gone next time: retried twice by default, where none of the flow's code has run. */
  readonly transient: readonly Cause[];
}

/** The author's rules, those for one cause first, and the default for the rest. The first that names a cause holds. */
export function parseRules<Cause extends string>(
  reader: OptionReader,
  book: RuleBook<Cause>,
  given: JsonObject,
): readonly RetryRule<Cause>[] {
  const { names, otherNames, transient } = book;
  reader.known(given, POLICY_ROOT, [...names.names, ...otherNames]);
  const named = Object.entries(given).map(([name, rule]) => ({
    causes: names.causesOf(name),
    rule: parseRule(reader, book.moreFields[name], rule, `${POLICY_ROOT}.${name}`),
  }));
  // A name for one cause is taken before one that stands for several.
  named.sort((a, b) => a.causes.length - b.causes.length);
  const taken = new Set<Cause>();
  const take = (cause: Cause) => !taken.has(cause) && taken.add(cause) === taken;
  const rules = named.map(({ causes, rule }) => ({ ...rule, causes: causes.filter(take) }));
  const byDefault = { retries: DEFAULT_RETRIES, unlessStarted: true };
  return [...rules, { ...byDefault, causes: transient.filter(take) }];
}

function parseRule(
  reader: OptionReader,
  more: string | undefined,
  given: Json,
  path: string,
): Omit<RetryRule, "causes"> {
  const rule = reader.object(given, path);
  reader.known(rule, path, ["retries", "delay", ...(more === undefined ? [] : [more])]);
  // After no interruption at all there would be nothing to leave.
  const least = rule["then"] === undefined ? 0 : 1;
  const retries = reader.retries(rule["retries"], `${path}.retries`, least);
  const delayMs = reader.duration(rule["delay"], `${path}.delay`, LONGEST_DELAY);
  return { retries, ...(delayMs === undefined ? {} : { delayMs }), unlessStarted: false };
}
