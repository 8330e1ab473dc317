import { describe, expect, it } from "vitest";
import { isRef, Ref } from "./ref.ts";
import { resolveValue, wireValue } from "./wire-value.ts";

const ref = new Ref<number>({ kind: "parameter", parameter: { name: "p", schema: undefined } });
const read = () => 7;

describe("resolveValue", () => {
  it("replaces Refs however deep they stand in arrays and plain objects", () => {
    expect(resolveValue({ a: [1, { b: ref }], c: ref }, read)).toEqual({ a: [1, { b: 7 }], c: 7 });
  });

  it("leaves what holds no Ref the object that it was", () => {
    const constant = { rows: [{ a: 1 }], at: new Date(0) };
    expect(resolveValue(constant, read)).toBe(constant);
  });

  it("does not look into class instances", () => {
    const holder = new Map([["a", ref]]);
    expect(resolveValue(holder, read)).toBe(holder);
  });
});

describe("wireValue", () => {
  it("tells each Ref", () => {
    const seen: unknown[] = [];
    const wiring = { onTask: () => ref, onRef: (each: unknown) => void seen.push(each) };
    wireValue({ a: [ref, ref] }, wiring, "x");
    expect(seen).toEqual([ref, ref]);
  });

  it("accepts one object at two places", () => {
    const shared = { a: 1 };
    const wiring = { onTask: () => ref, onRef: () => undefined };
    expect(wireValue([shared, shared], wiring, "x")).toEqual([shared, shared]);
  });
});

describe("isRef", () => {
  it("goes by the brand, not by the class", () => {
    expect([isRef({ [Symbol.for("slipway.ref")]: {} }), isRef({}), isRef(null)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
