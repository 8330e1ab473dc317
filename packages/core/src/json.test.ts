import { describe, expect, it } from "vitest";
import { canonicalJson, isPlainObject } from "./index.ts";

describe("canonicalJson", () => {
  it("gives equal values equal texts, however deep and in whatever order", () => {
    const text = '{"a":[{"c":1,"d":2}],"b":null}';
    expect(canonicalJson({ b: null, a: [{ d: 2, c: 1 }] })).toBe(text);
    expect(canonicalJson({ a: [{ c: 1, d: 2 }], b: null })).toBe(text);
  });
});

describe("isPlainObject", () => {
  it.each([
    [{}, true],
    [Object.create(null), true],
    [[], false],
    [null, false],
    [new Date(0), false],
    [() => 1, false],
  ])("%j: %s", (value, plain) => {
    expect(isPlainObject(value)).toBe(plain);
  });
});
