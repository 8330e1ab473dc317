import { describe, expect, it } from "vitest";
import { parseFilterPattern } from "./filter-pattern.ts";

const LINES = ["ERROR one", "WARN two", "error three", 'say "hi" there'];
const found = (pattern: string) => LINES.filter(parseFilterPattern(pattern) ?? (() => false));

describe("parseFilterPattern", () => {
  it.each([
    ["", LINES],
    ["ERROR", ["ERROR one"]],
    ["ERROR one", ["ERROR one"]],
    ["ERROR two", []],
    ['"ERROR one"', ["ERROR one"]],
    ['"one ERROR"', []],
    ["?ERROR ?two", ["ERROR one", "WARN two"]],
    ["e -ERROR -WARN", ["error three", 'say "hi" there']],
    ['"say \\"hi\\""', ['say "hi" there']],
  ])("%s", (pattern, expected) => {
    expect(found(pattern)).toEqual(expected);
  });

  it.each(["{ $.a = 1 }", "[a, b]", "%a.b%", '"not closed'])("does not know %s", (pattern) => {
    expect(parseFilterPattern(pattern)).toBeUndefined();
  });
});
