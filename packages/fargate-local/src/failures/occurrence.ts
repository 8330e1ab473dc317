/**
 * Which of the calls or tasks that a rule sees it hits: after the first `after`, the next `times`, or
 * every so-manieth, or each with a chance.
 */
export interface Occurrence {
  readonly after: number;
  readonly when:
    | { readonly times: number }
    | { readonly every: number }
    | { readonly chance: number; readonly seed: number };
}

/** Tells whether the rule hits the `index`th (from 0) of what it sees. */
export function isHit({ after, when }: Occurrence, index: number): boolean {
  const turn = index - after;
  if (turn < 0) return false;
  if ("times" in when) return turn < when.times;
  if ("every" in when) return (turn + 1) % when.every === 0;
  return fraction(when.seed, turn) < when.chance;
}

/**
 * Lets the rules look in order: one that hits keeps what it looks at from those after it. `seen` counts
 * what each rule has seen so far.
 */
export function takeTurn<Rule extends { readonly occurrence: Occurrence }>(
  rules: readonly Rule[],
  seen: readonly number[],
  matches: (rule: Rule) => boolean,
): { readonly rule: Rule | undefined; readonly seen: readonly number[] } {
  const next = rules.map((_rule, index) => seen[index] ?? 0);
  for (const [index, rule] of rules.entries()) {
    if (!matches(rule)) continue;
    const turn = next[index] ?? 0;
    next[index] = turn + 1;
    if (isHit(rule.occurrence, turn)) return { rule, seen: next };
  }
  return { rule: undefined, seen: next };
}

/** The `index`th number from 0 to 1 of a series: the same for the same seed, whatever was asked before. */
function fraction(seed: number, index: number): number {
  // One step of mulberry32, whose state after n steps is seed + n * 0x6d2b79f5.
  const state = (seed + Math.imul(index + 1, 0x6d2b79f5)) | 0;
  const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32;
}
