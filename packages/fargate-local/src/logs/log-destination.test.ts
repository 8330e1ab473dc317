import { describe, expect, it } from "vitest";
import { logDestination } from "./log-destination.ts";

const at = (logConfiguration?: { logDriver: string; options?: Record<string, string> }) =>
  logDestination({ name: "app", ...(logConfiguration ? { logConfiguration } : {}) }, "fam", "id");

describe("logDestination", () => {
  it("is local Fargate's own without a log configuration", () => {
    expect(at()).toEqual({
      group: "/slipway/fargate-local/fam",
      stream: "app/id",
      createsGroup: true,
    });
  });

  it("is the group and the stream that an awslogs driver would write to", () => {
    const options = { "awslogs-group": "/g", "awslogs-region": "r", "awslogs-stream-prefix": "p" };
    expect(at({ logDriver: "awslogs", options })).toEqual({
      group: "/g",
      stream: "p/app/id",
      createsGroup: false,
    });
    const creating = { ...options, "awslogs-create-group": "true" };
    expect(at({ logDriver: "awslogs", options: creating })).toMatchObject({ createsGroup: true });
  });

  it("says what is not done: drivers that send elsewhere, and events of several lines", () => {
    expect(at({ logDriver: "splunk" })).toMatchObject({
      group: "/slipway/fargate-local/fam",
      remark: expect.stringContaining("the log driver splunk sends nothing from here"),
    });
    const options = { "awslogs-multiline-pattern": "^x" };
    expect(at({ logDriver: "awslogs", options }).remark).toContain("awslogs-multiline-pattern");
  });
});
