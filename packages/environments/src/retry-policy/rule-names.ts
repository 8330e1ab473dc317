/** The names under which an author gives rules, and the causes that each stands for. */
export interface RuleNames<Cause extends string> {
  readonly names: readonly string[];
  /** None where there is no such name. */
  causesOf(name: string): readonly Cause[];
}

/**
 * A cause as a policy writes it (`outOfMemory`), without those that no author gives a rule, and `groups`: names that
 * stand for a cause by a shorter word, or for several that one remedy fits.
 */
export function createRuleNames<Cause extends string>(
  causes: readonly Cause[],
  withoutRule: readonly Cause[],
  groups: Readonly<Record<string, readonly Cause[]>>,
): RuleNames<Cause> {
  const found = new Map<string, readonly Cause[]>([
    ...causes
      .filter((cause) => !withoutRule.includes(cause))
      .map((cause) => [`${cause.charAt(0).toLowerCase()}${cause.slice(1)}`, [cause]] as const),
    ...Object.entries(groups),
  ]);
  return { names: [...found.keys()], causesOf: (name) => found.get(name) ?? [] };
}
