import { describe, expect, it } from "vitest";
import { Vitals } from "./vitals.ts";

const AT = "2026-01-01T00:00:00.000Z";

describe("Vitals", () => {
  it("says each step until it is done, and later ones too", () => {
    const vitals = new Vitals(() => undefined, 1_000);
    vitals.add({ bootedAt: AT });
    const report = vitals.report(0, false);
    vitals.add({ importedAt: AT });
    expect(vitals.report(1, false)).toEqual({ timeline: { bootedAt: AT, importedAt: AT } });
    vitals.done(report);
    expect(vitals.report(2, false)).toEqual({ timeline: { importedAt: AT } });
    vitals.done(vitals.report(2, false));
    expect([vitals.hasSteps, vitals.report(3, true)]).toEqual([false, {}]);
  });

  it("measures every so often, or where it must", () => {
    let samples = 0;
    const vitals = new Vitals(() => ({ samples: ++samples }), 1_000);
    const measured = [
      vitals.report(5_000, false),
      vitals.report(5_999, false),
      vitals.report(5_999, true),
      vitals.report(6_998, false),
      vitals.report(6_999, false),
    ];
    expect(measured.map(({ usage }) => usage?.samples)).toEqual([1, undefined, 2, undefined, 3]);
  });

  it("leaves out what is no amount, and all of it where measuring fails", () => {
    const usage = { cpuPeak: Number.NaN, cpuMean: -1, memoryPeakMiB: 5, samples: 2 };
    expect(new Vitals(() => usage, 1).report(0, true)).toEqual({
      usage: { memoryPeakMiB: 5, samples: 2 },
    });
    const failing = () => {
      throw new Error("no cgroup");
    };
    expect(new Vitals(failing, 1).report(0, true)).toEqual({});
  });
});
