import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHit, type Occurrence, takeTurn } from "./occurrence.ts";

const hits = (occurrence: Occurrence, count: number) =>
  Array.from({ length: count }, (_, index) => isHit(occurrence, index));

describe("isHit", () => {
  it("takes the first ones after those that go well", () => {
    expect(hits({ after: 1, when: { times: 2 } }, 5)).toEqual([false, true, true, false, false]);
  });

  it("takes every so-manieth", () => {
    expect(hits({ after: 1, when: { every: 2 } }, 5)).toEqual([false, false, true, false, true]);
  });

  it("takes as many as the chance says, whatever the seed", () => {
    const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(share, fc.integer(), (chance, seed) => {
        const taken = hits({ after: 0, when: { chance, seed } }, 4000).filter(Boolean).length;
        expect(Math.abs(taken / 4000 - chance)).toBeLessThan(0.06);
      }),
    );
  });
});

describe("takeTurn", () => {
  const rules = [
    { name: "first", occurrence: { after: 1, when: { times: 2 } } },
    { name: "second", occurrence: { after: 0, when: { times: 1 } } },
  ];

  it("lets a later rule see only what the earlier ones leave", () => {
    let seen: readonly number[] = [];
    const taken = Array.from({ length: 5 }, () => {
      const turn = takeTurn(rules, seen, () => true);
      seen = turn.seen;
      return turn.rule?.name;
    });
    expect(taken).toEqual(["second", "first", "first", undefined, undefined]);
  });

  it("does not count what a rule is not about", () => {
    expect(takeTurn(rules, [], () => false)).toEqual({ rule: undefined, seen: [0, 0] });
  });
});
