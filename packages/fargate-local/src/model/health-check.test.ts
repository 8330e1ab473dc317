import { describe, expect, it } from "vitest";
import { countCheck, healthCommand, UNCHECKED } from "./health-check.ts";

const check = { command: ["true"], retries: 2, startPeriod: 10 };
/** The health after each of several checks, told as the time since the start and whether it passed. */
const after = (...checks: readonly (readonly [number, boolean])[]) => {
  const counts = [UNCHECKED];
  for (const [seconds, passed] of checks) {
    counts.push(countCheck(counts.at(-1) ?? UNCHECKED, passed, seconds * 1000, check));
  }
  return counts.slice(1).map(({ status }) => status);
};

describe("countCheck", () => {
  it("is UNHEALTHY after as many failures in a row as retries says", () => {
    expect(after([20, false], [21, false])).toEqual(["UNKNOWN", "UNHEALTHY"]);
    expect(after([20, true], [21, false], [22, true], [23, false])).toEqual([
      "HEALTHY",
      "HEALTHY",
      "HEALTHY",
      "HEALTHY",
    ]);
  });

  it("becomes HEALTHY again by one check that passes", () => {
    expect(after([20, false], [21, false], [22, true]).at(-1)).toBe("HEALTHY");
  });

  it("does not count failures within the start period, until a check has passed", () => {
    expect(after([1, false], [2, false], [3, false])).toEqual(["UNKNOWN", "UNKNOWN", "UNKNOWN"]);
    expect(after([1, true], [2, false], [3, false])).toEqual(["HEALTHY", "HEALTHY", "UNHEALTHY"]);
  });
});

describe("healthCommand", () => {
  it("runs a command without a word for how as it stands", () => {
    expect(healthCommand(["curl", "x"])).toEqual(["CMD", "curl", "x"]);
    expect(healthCommand(["CMD-SHELL", "a || b"])).toEqual(["CMD-SHELL", "a || b"]);
  });
});
