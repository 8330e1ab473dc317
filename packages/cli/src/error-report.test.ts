import { SlipwayError } from "@slipway/core";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { reportJson, reportLines, toReport } from "./error-report.ts";

const colors = picocolors.createColors(false);
const stack = [
  "Error: no such table",
  "    at load (/home/ada/flow.ts:3:9)",
  "    at __init (file:///tmp/b/flow.mjs:10:58)",
  "    at node:internal/main:1:1",
].join("\n");

describe("an error report", () => {
  it("says code, message and details", () => {
    const details = { path: "cpu", given: "3", accepted: ["256", "512"] };
    const report = toReport(new SlipwayError("ENVIRONMENT_INVALID", "`cpu` is wrong", details));
    expect(reportLines(report, colors)).toEqual([
      "error ENVIRONMENT_INVALID: `cpu` is wrong",
      "  path      cpu",
      "  given     3",
      "  accepted  256, 512",
    ]);
    expect(report.exitCode).toBe(2);
  });

  it("shows the author's lines of the author's stack, and no others", () => {
    const report = toReport(new SlipwayError("FLOW_FILE_FAILED", "no such table", { stack }));
    expect(report.stack).toEqual(["at load (/home/ada/flow.ts:3:9)"]);
  });

  it("shows no stack for a mistake that needs none", () => {
    expect(toReport(new SlipwayError("FLOW_CYCLE", "a → b → a", { stack })).stack).toEqual([]);
  });

  it("is one object on one line for programs", () => {
    const text = reportJson(toReport(new SlipwayError("NOT_FOUND", "No\nflow", { given: "x" })));
    expect(text).not.toContain("\n");
    expect(JSON.parse(text)).toEqual({
      error: { code: "NOT_FOUND", message: "No\nflow", details: { given: "x" }, exitCode: 2 },
    });
  });

  it("calls what nobody foresaw a fault of Slipway's own", () => {
    const report = toReport(new TypeError("x is undefined"));
    expect(report).toMatchObject({ code: "INTERNAL", exitCode: 70 });
    expect(report.stack.length).toBeGreaterThan(0);
  });
});
