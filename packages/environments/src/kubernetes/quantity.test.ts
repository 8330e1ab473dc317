import { describe, expect, it } from "vitest";
import { parseMebibytes, parseQuantity } from "./quantity.ts";

describe("parseQuantity", () => {
  it.each([
    ["500m", 0.5],
    ["2", 2],
    [2, 2],
    [".5", 0.5],
    ["1.", 1],
    ["+1k", 1000],
    ["4G", 4e9],
    ["1Ki", 1024],
    ["2Gi", 2 * 1024 ** 3],
    ["1e3", 1000],
    ["1E3", 1000],
    ["1E", 1e18],
    ["100n", 1e-7],
    ["1.5Mi", 1.5 * 1024 ** 2],
  ])("reads %s", (given, expected) => {
    expect(parseQuantity(given)).toBeCloseTo(expected, 12);
  });

  it.each(["", "4 G", "4GB", "4gi", "1KI", "Mi", "1e", "0x10", "1_000", true, null, Number.NaN])(
    "refuses %j",
    (given) => {
      expect(parseQuantity(given)).toBeUndefined();
    },
  );
});

it("counts memory in MiB", () => {
  expect(parseMebibytes("512Mi")).toBe(512);
  expect(parseMebibytes("1Gi")).toBe(1024);
  expect(parseMebibytes("x")).toBeUndefined();
});
