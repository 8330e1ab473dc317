import { describe, expect, it } from "vitest";
import { parseTaskDefinitionName, roleArn, shortName } from "./arn.ts";

describe("parseTaskDefinitionName", () => {
  it.each([
    ["flow", { family: "flow" }],
    ["flow:3", { family: "flow", revision: 3 }],
    ["arn:aws:ecs:eu-west-1:1:task-definition/flow:12", { family: "flow", revision: 12 }],
    ["flow:new", { family: "flow", revision: -1 }],
    ["flow:0", { family: "flow", revision: -1 }],
  ])("reads %s", (given, expected) => {
    expect(parseTaskDefinitionName(given)).toEqual(expected);
  });
});

describe("names and ARNs", () => {
  it("takes a short name from either", () => {
    expect(shortName("arn:aws:ecs:r:1:cluster/own")).toBe("own");
    expect(shortName("own")).toBe("own");
  });

  it("leaves a role's ARN, and makes one of a role's name", () => {
    expect(roleArn("arn:aws:iam::1:role/a")).toBe("arn:aws:iam::1:role/a");
    expect(roleArn("a")).toBe("arn:aws:iam::000000000000:role/a");
  });
});
