import { describe, expect, it } from "vitest";
import { applyVariant, onDemand } from "./variants.ts";

const SPOT = { capacityProvider: "FARGATE_SPOT", weight: 1 };
const FARGATE = { capacityProvider: "FARGATE" };
const OWN = { capacityProvider: "own", weight: 1 };
const strategy = (...capacityProviderStrategy: object[]) =>
  JSON.parse(JSON.stringify({ cluster: "batch", capacityProviderStrategy }));

describe("another way to launch", () => {
  it("is the author's own where there is no other", () => {
    expect(applyVariant({ cluster: "batch" }, undefined)).toEqual({ cluster: "batch" });
  });

  it("on demand is the launch type where nothing but Fargate is left", () => {
    const expected = { cluster: "batch", launchType: "FARGATE" };
    expect(applyVariant(strategy(SPOT), "on-demand")).toEqual(expected);
    expect(onDemand(strategy(SPOT, FARGATE))).toEqual(expected);
  });

  it("on demand keeps providers that are not Fargate's, and what has no Fargate Spot", () => {
    expect(onDemand(strategy(SPOT, OWN))).toEqual(strategy(OWN));
    expect(onDemand({ launchType: "EC2" })).toEqual({ launchType: "EC2" });
  });

  it("replaces fields whole", () => {
    const run = {
      cluster: "a",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    };
    const other = { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-2"] } } };
    expect(applyVariant(run, other)).toEqual({ cluster: "a", ...other });
  });

  it("never has launch type and capacity providers together", () => {
    expect(applyVariant(strategy(SPOT), { launchType: "EC2" })).toEqual({
      cluster: "batch",
      launchType: "EC2",
    });
    expect(applyVariant({ launchType: "FARGATE" }, { capacityProviderStrategy: [OWN] })).toEqual({
      capacityProviderStrategy: [OWN],
    });
  });
});
