import { expect, it } from "vitest";
import { taskHealth } from "./health.ts";

it.each([
  [[], "UNKNOWN"],
  [["HEALTHY"], "HEALTHY"],
  [["HEALTHY", "UNKNOWN"], "UNKNOWN"],
  [["UNKNOWN", "UNHEALTHY", "HEALTHY"], "UNHEALTHY"],
] as const)("a task whose essential containers are %j is %s", (essential, expected) => {
  expect(taskHealth(essential)).toBe(expected);
});
