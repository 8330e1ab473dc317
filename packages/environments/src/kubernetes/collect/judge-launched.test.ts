import { describe, expect, it } from "vitest";
import { judgeLaunched, type KnownAttempt, type KnownRun } from "./judge-launched.ts";
import type { Launched } from "./launched.ts";

const LONG_AGO = "2026-01-01T00:00:00Z";
const LATELY = "2026-01-02T11:30:00Z";
const GRACE = { now: Date.parse("2026-01-02T12:00:00Z"), graceMs: 3_600_000 };

const job = (createdAt = LONG_AGO): Launched => ({
  kind: "Job",
  name: "etl-1",
  uid: "uid-1",
  createdAt,
  flowRunId: "run",
  attemptId: "first",
});
const attempt = (more: Partial<KnownAttempt> = {}): KnownAttempt => ({
  id: "first",
  infrastructureId: "uid-1",
  endedAt: LONG_AGO,
  ...more,
});
const run = (endedAt: string | null, ...attempts: readonly KnownAttempt[]): KnownRun => ({
  endedAt,
  attempts,
});
const isGarbage = (of: KnownRun | undefined, launched = job()) =>
  judgeLaunched(launched, of, GRACE).isGarbage;

describe("judgeLaunched", () => {
  it("lets go what was of a run that is over, after the grace", () => {
    expect(isGarbage(run(LONG_AGO, attempt()))).toBe(true);
    expect(isGarbage(run(LATELY, attempt({ endedAt: LATELY })))).toBe(false);
    expect(isGarbage(run(LONG_AGO, attempt({ endedAt: LATELY })))).toBe(false);
  });

  it("lets go what is of no run that the server knows, when it is old", () => {
    expect(isGarbage(undefined)).toBe(true);
    expect(isGarbage(undefined, job(LATELY))).toBe(false);
  });

  it("keeps what an open attempt is of, even when the run has ended", () => {
    expect(isGarbage(run(null, attempt({ endedAt: null, infrastructureId: null })))).toBe(false);
    expect(isGarbage(run(LONG_AGO, attempt({ endedAt: null })))).toBe(false);
  });

  it("keeps the Job with which a later attempt goes on", () => {
    const second = attempt({ id: "second", endedAt: null });
    expect(isGarbage(run(null, attempt(), second))).toBe(false);
    expect(isGarbage(run(null, attempt(), { ...second, infrastructureId: "uid-2" }))).toBe(true);
  });

  it("keeps what names an attempt that its run does not have, until the run is over", () => {
    expect(isGarbage(run(null))).toBe(false);
    expect(isGarbage(run(LONG_AGO))).toBe(true);
  });

  it("says why, and since when", () => {
    expect(judgeLaunched(job(), undefined, GRACE).why).toBe(
      `the server does not know its run, and it is here, since ${LONG_AGO}`,
    );
    expect(judgeLaunched(job(), run(LATELY), GRACE).why).toBe(
      `its run is over, but only since ${LATELY}`,
    );
  });
});
