import { describe, expect, it } from "vitest";
import { REQUEST } from "../../../test/launch-request.ts";
import { fargateArguments } from "../fargate-arguments.ts";
import { billedSeconds, costOf } from "./cost-of.ts";
import { FARGATE_PRICES, parseFargatePrices } from "./prices.ts";
import { costOfTask, taskCapacity } from "./task-capacity.ts";

const ONE_VCPU = { cpu: 1024, memoryMiB: 2048, region: "us-east-1" };
const ROUND = {
  date: "2030-01-01",
  currency: "EUR",
  regions: {
    here: {
      onDemand: { X86_64: { vcpuHour: 36, gbHour: 3.6 }, ARM64: { vcpuHour: 18, gbHour: 1.8 } },
      spot: { X86_64: { vcpuHour: 9, gbHour: 0.9 }, ARM64: { vcpuHour: 4.5, gbHour: 0.45 } },
      storageGbHour: 0.36,
    },
  },
};
const prices = parseFargatePrices(ROUND);

describe("what a task costs", () => {
  it("is vCPU and GB by the hour, at list prices", () => {
    const { amount, ...rest } = costOf({ ...ONE_VCPU, seconds: 3600 });
    expect(amount).toBeCloseTo(0.04048 + 2 * 0.004445, 8);
    expect(rest).toEqual({ currency: "USD", pricesOf: FARGATE_PRICES.date });
  });

  it("is by the second, rounded up, and a minute at the least", () => {
    const amount = (seconds: number) => costOf({ cpu: 1024, memoryMiB: 0, seconds, prices }).amount;
    expect([0, 1, 59.2, 60, 60.1, 61, 120].map(amount)).toEqual([
      0.6, 0.6, 0.6, 0.6, 0.61, 0.61, 1.2,
    ]);
  });

  it.each([
    { capacity: { architecture: "ARM64" as const }, amount: 18 },
    { capacity: { spot: true }, amount: 9 },
    { capacity: { spot: true, architecture: "ARM64" as const }, amount: 4.5 },
    { capacity: { ephemeralStorageGiB: 20 }, amount: 36 },
    { capacity: { ephemeralStorageGiB: 120 }, amount: 72 },
    { capacity: { cpu: 256, memoryMiB: 512 }, amount: 10.8 },
  ])("depends on $capacity", ({ capacity, amount }) => {
    const given = { cpu: 1024, memoryMiB: 0, ...capacity, seconds: 3600, prices };
    expect(costOf(given).amount).toBeCloseTo(amount, 8);
  });

  it("says whose prices stand for a region that is not in the table", () => {
    expect(costOf({ ...ONE_VCPU, region: "mars-1", seconds: 60 }).pricesOf).toBe(
      "2026-03-01, us-east-1",
    );
    expect(costOf({ cpu: 256, memoryMiB: 512, region: "here", seconds: 60, prices }).pricesOf).toBe(
      "2030-01-01",
    );
  });
});

describe("the time that is billed", () => {
  it("starts with the pull of the image and ends when the task has stopped", () => {
    const timeline = {
      createdAt: "2026-03-01T10:00:00.000Z",
      pullStartedAt: "2026-03-01T10:00:20.000Z",
      startedAt: "2026-03-01T10:00:40.000Z",
      stoppedAt: "2026-03-01T10:02:20.500Z",
    };
    expect(billedSeconds(timeline)).toBe(120.5);
    const args = fargateArguments({ cpu: "1024", memory: "2048", region: "here" });
    expect(costOfTask(args, REQUEST, { timeline }, prices)).toEqual({
      amount: 1.452,
      currency: "EUR",
      pricesOf: "2030-01-01",
    });
    const told = { timeline, capacityProviderName: "FARGATE_SPOT", region: "here" };
    expect(costOfTask(args, REQUEST, told, prices)?.amount).toBe(0.363);
  });

  it("is none for a task that pulled nothing, or that still runs", () => {
    expect(
      billedSeconds({ createdAt: "2026-03-01T10:00:00Z", stoppedAt: "2026-03-01T10:00:20Z" }),
    ).toBeUndefined();
    expect(billedSeconds({ pullStartedAt: "2026-03-01T10:00:00Z" })).toBeUndefined();
    expect(
      costOfTask(fargateArguments({ cpu: "256", memory: "512" }), REQUEST, { timeline: {} }),
    ).toBeUndefined();
  });
});

describe("the capacity of an attempt", () => {
  const GROW = { outOfMemory: { retries: 3, scaleMemory: { factor: 2, max: "30GB" } } };
  const capacityOf = (given: object, attempt = { variant: 0, earlier: [] as string[] }) =>
    taskCapacity(fargateArguments(JSON.parse(JSON.stringify(given))), attempt);

  it("is what the author gives", () => {
    const given = {
      cpu: ".5 vCPU",
      memory: "2 GB",
      region: "eu-west-1",
      runtimePlatform: { cpuArchitecture: "ARM64" },
      ephemeralStorage: { sizeInGiB: 50 },
      capacityProviderStrategy: [
        { capacityProvider: "FARGATE_SPOT", weight: 2 },
        { capacityProvider: "FARGATE", weight: 1 },
      ],
    };
    expect(capacityOf(given)).toEqual({
      cpu: 512,
      memoryMiB: 2048,
      region: "eu-west-1",
      architecture: "ARM64",
      spot: true,
      ephemeralStorageGiB: 50,
    });
  });

  it("follows memory that grew and the way it is launched", () => {
    const given = {
      cpu: "256",
      memory: "2048",
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }],
      onInfrastructureFailure: { ...GROW, capacity: { then: ["on-demand"] } },
    };
    expect(capacityOf(given)).toMatchObject({ memoryMiB: 2048, spot: true });
    const later = { variant: 1, earlier: ["OutOfMemory"] };
    expect(capacityOf(given, later)).toMatchObject({ cpu: 512, memoryMiB: 4096, spot: false });
  });

  it.each([
    {},
    { cpu: "256" },
    { cpu: "256", memory: "512", launchType: "EC2" },
    {
      cpu: "1024",
      memory: "2048",
      runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" },
    },
  ])("is not known for %j", (given) => {
    expect(capacityOf(given)).toBeUndefined();
  });
});

describe("a price table of one's own", () => {
  const broken = (path: readonly string[], value: unknown) => {
    const copy = structuredClone(ROUND) as Record<string, unknown>;
    const holder = path.slice(0, -1).reduce((at, key) => Object(at)[key], copy as unknown);
    Object.assign(Object(holder), { [path.at(-1) ?? ""]: value });
    return copy;
  };

  it("takes its first region for all others, unless it names one", () => {
    expect(prices.defaultRegion).toBe("here");
    expect(parseFargatePrices({ ...ROUND, currency: undefined }).currency).toBe("USD");
    expect(parseFargatePrices(JSON.parse(JSON.stringify(FARGATE_PRICES)))).toEqual(FARGATE_PRICES);
  });

  it.each([
    { given: [], path: "prices" },
    { given: broken(["date"], "yesterday"), path: "date" },
    { given: broken(["currency"], "euro"), path: "currency" },
    { given: broken(["defaultRegion"], "there"), path: "defaultRegion" },
    { given: broken(["regions"], {}), path: "defaultRegion" },
    { given: broken(["regions", "here", "storageGbHour"], -1), path: "regions.here.storageGbHour" },
    { given: broken(["regions", "here", "spot"], undefined), path: "regions.here.spot" },
    {
      given: broken(["regions", "here", "onDemand", "ARM64", "vcpuHour"], "0.1"),
      path: "regions.here.onDemand.ARM64.vcpuHour",
    },
  ])("is refused at $path", ({ given, path }) => {
    expect(() => parseFargatePrices(given)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        details: expect.objectContaining({ path }),
        message: expect.stringContaining(path),
      }),
    );
  });
});
