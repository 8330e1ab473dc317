import { expect, it } from "vitest";
import { parseDuration } from "./duration.ts";

it.each([
  ["500ms", 500],
  ["10s", 10_000],
  ["1.5m", 90_000],
  ["2 h", 7_200_000],
  ["1d", 86_400_000],
  ["0s", 0],
])("reads %s", (given, milliseconds) => {
  expect(parseDuration(given)).toBe(milliseconds);
});

it.each(["", "10", "s", "ten s", "-1s", "10 minutes", "1m30s", 10, null, undefined])(
  "refuses %j",
  (given) => {
    expect(parseDuration(given)).toBeUndefined();
  },
);
