import { expect, it } from "vitest";
import { resourceLines } from "./resource-lines.ts";

it("prints advice for a Job as YAML to paste, and what it is in the place of", () => {
  const lines = resourceLines("etl", {
    resources: {
      requests: { cpu: "150m", memory: "512Mi" },
      limits: { memory: "512Mi" },
    },
    current: { requests: {}, limits: { memory: "4G" } },
    why: "because",
  });
  expect(lines).toEqual([
    "etl: for the Job's first container, in the place of limits.memory 4G",
    "",
    "resources:",
    "  requests:",
    '    cpu: "150m"',
    '    memory: "512Mi"',
    "  limits:",
    '    memory: "512Mi"',
    "",
    "  because",
  ]);
});
