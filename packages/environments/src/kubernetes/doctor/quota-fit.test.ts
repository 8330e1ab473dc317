import type { JsonObject } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { podSize } from "./pod-size.ts";
import { quotaProblems } from "./quota-fit.ts";

const SIZE = podSize({
  containers: [{ resources: { requests: { cpu: "1", memory: "1Gi" } } }, {}],
});

const problems = (hard: JsonObject, used: JsonObject = {}, size = SIZE, spec: JsonObject = {}) =>
  quotaProblems(
    { metadata: { name: "team" }, spec: { hard, ...spec }, status: { hard, used } },
    size,
  );

describe("quotaProblems", () => {
  it("finds none where there is room, nor in what a run does not take", () => {
    const full = { services: "1" };
    expect(problems({ pods: "2", ...full }, { pods: "1", ...full })).toEqual([]);
  });

  it.each(["pods", "count/jobs.batch", "secrets"])("counts a launch's own %s", (counted) => {
    expect(problems({ [counted]: "3" }, { [counted]: "3" })).toEqual([
      {
        quota: "team",
        problem: `${counted}: 3 of 3 are used, and a run takes 1`,
        forGood: false,
        scoped: false,
      },
    ]);
  });

  it("tells a run that is too large from one that only has to wait", () => {
    const size = podSize({ containers: [{ resources: { limits: { memory: "1Gi" } } }] });
    const used = { "limits.memory": "1Gi" };
    expect(problems({ "limits.memory": "1536Mi" }, used, size)).toMatchObject([{ forGood: false }]);
    expect(problems({ "limits.memory": "512Mi" }, used, size)).toMatchObject([{ forGood: true }]);
  });

  it("names the containers that do not say what the quota counts", () => {
    expect(problems({ memory: "8Gi" })).toMatchObject([
      { problem: expect.stringContaining("containers[1]"), forGood: true },
    ]);
    const whole = podSize({ containers: [{}], resources: { limits: { memory: "1Gi" } } });
    expect(problems({ "requests.memory": "8Gi" }, {}, whole)).toEqual([]);
  });

  it("says of a quota with scopes that it counts some pods only", () => {
    expect(problems({ pods: "0" }, {}, SIZE, { scopes: ["BestEffort"] })).toMatchObject([
      { scoped: true },
    ]);
  });
});
