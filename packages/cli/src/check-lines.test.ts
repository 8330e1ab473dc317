import type { Check } from "@slipway/environments/launch";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { checkLines } from "./check-lines.ts";

const check = (more: Partial<Check>): Check => ({
  action: "create jobs",
  resource: "namespace flows",
  ok: true,
  how: "asked",
  message: "allowed",
  advice: "",
  ...more,
});
const lines = (...checks: readonly Check[]) => checkLines(checks, picocolors.createColors(false));

describe("checkLines", () => {
  it("says of what is there nothing more", () => {
    expect(lines(check({}))).toEqual([
      "✔ create jobs (namespace flows): allowed",
      "Nothing is missing",
    ]);
  });

  it("tells what is missing from what is missed a little and from what nobody knows", () => {
    const refused = { ok: false, message: "not allowed", advice: "allow it" };
    expect(
      lines(
        check(refused),
        check({ ...refused, optional: true }),
        check({ ok: null, message: "?" }),
      ),
    ).toEqual([
      "✖ create jobs (namespace flows): not allowed",
      "    asked",
      "    allow it",
      "! create jobs (namespace flows): not allowed",
      "    asked",
      "    allow it",
      "? create jobs (namespace flows): ?",
      "    asked",
      "1 of 3 is missing, 1 that launching works without is not there, 1 could not be proved here",
    ]);
  });
});
