import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bucket, takeTokens } from "./rates.ts";

describe("takeTokens", () => {
  it("never lets more through than the burst and what has filled since", () => {
    const call = fc.record({
      pause: fc.double({ min: 0, max: 2, noNaN: true }),
      wanted: fc.integer({ min: 1, max: 10 }),
    });
    const rate = fc.record({
      burst: fc.integer({ min: 1, max: 50 }),
      perSecond: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(rate, fc.array(call, { maxLength: 60 }), (limits, calls) => {
        let at = 0;
        let passed = 0;
        let bucket: Bucket | undefined;
        for (const { pause, wanted } of calls) {
          at += pause;
          const turn = takeTokens(limits, bucket, wanted, at);
          bucket = turn.bucket;
          if (turn.taken) passed += wanted;
          expect(passed).toBeLessThanOrEqual(limits.burst + at * limits.perSecond + 1e-6);
        }
      }),
    );
  });

  it("lets as many through as the quota has, and takes nothing for what it refuses", () => {
    const rate = { burst: 2, perSecond: 1 };
    const first = takeTokens(rate, undefined, 2, 0);
    expect(first.taken).toBe(true);
    const refused = takeTokens(rate, first.bucket, 2, 1);
    expect(refused.taken).toBe(false);
    expect(takeTokens(rate, refused.bucket, 1, 1).taken).toBe(true);
    expect(takeTokens(rate, refused.bucket, 2, 2).taken).toBe(true);
  });
});
