import { describe, expect, it } from "vitest";
import { firstDifference } from "./structure-difference.ts";

describe("firstDifference", () => {
  it("finds none between equal values, whatever the order of keys", () => {
    expect(
      firstDifference({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] }),
    ).toBeUndefined();
  });

  it.each([
    [{ tasks: [{ name: "a" }] }, { tasks: [{ name: "b" }] }, "$.tasks[0].name", "a", "b"],
    [{ tasks: [1] }, { tasks: [1, 2] }, "$.tasks[1]", undefined, 2],
    [{ a: 1 }, {}, "$.a", 1, undefined],
    [{ "a b": 1 }, { "a b": 2 }, '$["a b"]', 1, 2],
    [{ a: [] }, { a: {} }, "$.a", [], {}],
    [{ a: null }, { a: false }, "$.a", null, false],
  ])("names where %j and %j differ", (left, right, path, inLeft, inRight) => {
    expect(firstDifference(left, right)).toEqual({ path, left: inLeft, right: inRight });
  });
});
