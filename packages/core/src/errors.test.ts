import { describe, expect, it } from "vitest";
import { invariant, isErrorCode, isSlipwayError, messageOf, SlipwayError } from "./index.ts";

const error = new SlipwayError("NOT_FOUND", "no such run", { id: 1 }, { cause: "x" });

describe("isSlipwayError", () => {
  it("goes by name and code, so that another copy of the package counts", () => {
    const foreign = Object.assign(new Error("x"), { name: "SlipwayError", code: "NOT_FOUND" });
    expect([error, foreign].map((each) => isSlipwayError(each, "NOT_FOUND"))).toEqual([true, true]);
  });

  it.each([
    ["another code", error, "INTERNAL"],
    ["a plain error", new Error("x"), undefined],
    [
      "a code that is unknown",
      Object.assign(new Error("x"), { name: "SlipwayError", code: "X" }),
      undefined,
    ],
    ["no error at all", { name: "SlipwayError", code: "NOT_FOUND" }, undefined],
  ] as const)("refuses %s", (_case, value, code) => {
    expect(isSlipwayError(value, code)).toBe(false);
  });
});

describe("SlipwayError", () => {
  it("keeps code, details and cause", () => {
    expect(error).toMatchObject({ code: "NOT_FOUND", details: { id: 1 }, cause: "x" });
  });
});

describe("isErrorCode", () => {
  it("knows the catalogue and no inherited name", () => {
    expect(["INTERNAL", "toString", 2].map(isErrorCode)).toEqual([true, false, false]);
  });
});

describe("invariant", () => {
  it("passes what holds and crashes as a fault of Slipway's own", () => {
    expect(() => invariant(true, "x")).not.toThrow();
    expect(() => invariant(0, "One is lost")).toThrow(
      expect.objectContaining({
        code: "INTERNAL",
        message: "One is lost (this is a fault in Slipway)",
      }),
    );
  });
});

describe("messageOf", () => {
  it("reads errors and anything else that was thrown", () => {
    expect([messageOf(error), messageOf("a"), messageOf(undefined)]).toEqual([
      "no such run",
      "a",
      "undefined",
    ]);
  });
});
