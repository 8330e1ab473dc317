import { expect, it } from "vitest";
import { registrationNotices } from "./registration-notices.ts";

it("says nothing of an environment that this Slipway does not know", () => {
  for (const type of ["LocalEnvironment", "constructor"]) {
    expect(registrationNotices({ version: 1, type, arguments: {} })).toEqual([]);
  }
});

it("tells authors of tasks on Fargate of theirs", () => {
  const fargate = { version: 1 as const, type: "FargateTaskEnvironment", arguments: {} };
  expect(registrationNotices(fargate).map(({ path }) => path)).toContain("networkConfiguration");
});
