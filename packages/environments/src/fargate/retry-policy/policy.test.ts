import { describe, expect, it } from "vitest";
import { scaleMemory } from "../../retry-policy/scale-memory.ts";
import { FargateTaskEnvironment } from "../fargate-task-environment.ts";
import { parsePolicy } from "./policy.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const policyOf = (onInfrastructureFailure: object) =>
  parsePolicy({ onInfrastructureFailure: JSON.parse(JSON.stringify(onInfrastructureFailure)) });
const ruleFor = (cause: string, onInfrastructureFailure: object = {}) =>
  policyOf(onInfrastructureFailure).rules.find(({ causes }) =>
    causes.some((name) => name === cause),
  );

describe("a policy", () => {
  it("retries twice what may be gone next time, where none of the flow's code has run", () => {
    for (const cause of ["ImagePull", "NetworkInterface", "SpotInterruption", "Lost"]) {
      expect(ruleFor(cause)).toMatchObject({ retries: 2, unlessStarted: true });
    }
  });

  it("retries nothing that stays wrong, unless it is told to", () => {
    for (const cause of ["ImageNotFound", "OutOfMemory", "EssentialContainerExited", "Cancelled"]) {
      expect(ruleFor(cause)).toBeUndefined();
    }
    expect(ruleFor("ImageNotFound", { imageNotFound: { retries: 1 } })).toMatchObject({
      retries: 1,
      unlessStarted: false,
    });
  });

  it("takes an author's rule in the place of the default, and leaves the others", () => {
    const given = { networkInterface: { retries: 0 }, spot: { retries: 5, delay: "30s" } };
    expect(ruleFor("NetworkInterface", given)?.retries).toBe(0);
    expect(ruleFor("SpotInterruption", given)).toMatchObject({ retries: 5, delayMs: 30 * SECOND });
    expect(ruleFor("Lost", given)).toMatchObject({ retries: 2, unlessStarted: true });
  });

  it("has one word for failures to pull that may be gone, beside a name for each", () => {
    const both = { imagePull: { retries: 3 } };
    expect(ruleFor("ImagePullTimeout", both)?.retries).toBe(3);
    expect(ruleFor("ImagePullDenied", both)).toBeUndefined();
    const apart = { ...both, imagePullTimeout: { retries: 9 } };
    expect(ruleFor("ImagePullTimeout", apart)?.retries).toBe(9);
    expect(ruleFor("ImagePull", apart)?.retries).toBe(3);
  });

  it("waits for capacity for half an hour, and gives a cancelled run ten seconds, unless told", () => {
    expect(parsePolicy({})).toMatchObject({
      capacityDeadlineMs: 30 * MINUTE,
      stopGraceMs: 10 * SECOND,
      variants: [],
    });
    expect(parsePolicy({ stopGrace: "1.5m" }).stopGraceMs).toBe(90 * SECOND);
    expect(policyOf({ capacity: { deadline: "2h" } }).capacityDeadlineMs).toBe(120 * MINUTE);
  });

  it("is made by scaleMemory for memory that grows", () => {
    const made = scaleMemory({ max: "30GB" });
    expect(made).toEqual({ retries: 3, scaleMemory: { factor: 2, max: "30GB" } });
    expect(policyOf({ outOfMemory: made }).scaleMemory).toEqual({ factor: 2, maxMiB: 30 * 1024 });
    const own = scaleMemory({ factor: 1.5, max: "8GB", retries: 1, delay: "5s" });
    expect(policyOf({ outOfMemory: own }).rules[0]).toMatchObject({ retries: 1, delayMs: 5_000 });
  });

  it("is stored as plain data", () => {
    const onInfrastructureFailure = {
      outOfMemory: scaleMemory({ factor: 2, max: "30GB" }),
      spot: { retries: 10, then: "on-demand" as const },
      capacity: { deadline: "30m", then: ["on-demand" as const, { cluster: "other" }] },
    };
    const made = new FargateTaskEnvironment({ memory: "512", onInfrastructureFailure });
    expect(made.serialize().arguments["onInfrastructureFailure"]).toEqual(onInfrastructureFailure);
  });
});

const ROOT = "onInfrastructureFailure";

describe("a wrong policy is refused", () => {
  it.each([
    {
      given: { outOfMemry: { retries: 1 } },
      path: "outOfMemry",
      mend: /did you mean `outOfMemory`/,
    },
    { given: { cancelled: { retries: 1 } }, path: "cancelled", mend: /not known/ },
    { given: { throttled: { retries: 1 } }, path: "throttled", mend: /not known/ },
    { given: { lost: {} }, path: "lost.retries", mend: /0 \(none\) to 1000/ },
    { given: { lost: { retries: -1 } }, path: "lost.retries", mend: /whole number/ },
    { given: { lost: { retries: 1.5 } }, path: "lost.retries", mend: /whole number/ },
    { given: { lost: { retries: "3" } }, path: "lost.retries", mend: /is "3"/ },
    { given: { lost: { retries: 1, delay: 30 } }, path: "lost.delay", mend: /"10s"/ },
    { given: { lost: { retries: 1, delay: "soon" } }, path: "lost.delay", mend: /is "soon"/ },
    {
      given: { lost: { retries: 1, delay: "2d" } },
      path: "lost.delay",
      mend: /at most 1440 minutes/,
    },
    {
      given: { lost: { retries: 1, then: "x" } },
      path: "lost.then",
      mend: /there is retries, delay/,
    },
    { given: { lost: 3 }, path: "lost", mend: /an object/ },
    { given: { spot: { retries: 1, then: "ondemand" } }, path: "spot.then", mend: /"on-demand"/ },
    { given: { spot: { retries: 0, then: "on-demand" } }, path: "spot.retries", mend: /1 to 1000/ },
    {
      given: { outOfMemory: { retries: 1, scaleMemory: { factor: 1, max: "1GB" } } },
      path: "outOfMemory.scaleMemory.factor",
      mend: /above 1/,
    },
    {
      given: { outOfMemory: { retries: 1, scaleMemory: { factor: 2, max: "lots" } } },
      path: "outOfMemory.scaleMemory.max",
      mend: /0\.5 GB/,
    },
    {
      given: { outOfMemory: { retries: 1, scaleMemory: { factor: 2 } } },
      path: "outOfMemory.scaleMemory.max",
      mend: /0\.5 GB/,
    },
    { given: { capacity: { deadline: 30 } }, path: "capacity.deadline", mend: /"30m"/ },
    { given: { capacity: { until: "30m" } }, path: "capacity.until", mend: /deadline, then/ },
    { given: { capacity: { then: "on-demand" } }, path: "capacity.then", mend: /a list/ },
    {
      given: { capacity: { then: ["spot"] } },
      path: "capacity.then[0]",
      mend: /"on-demand" or an object/,
    },
    {
      given: { capacity: { then: [{ clustr: "a" }] } },
      path: "capacity.then[0].clustr",
      mend: /did you mean `cluster`/,
    },
    {
      given: { capacity: { then: [{ taskDefinition: "a" }] } },
      path: "capacity.then[0].taskDefinition",
      mend: /may differ/,
    },
    {
      given: { capacity: { then: [{ cluster: 5 }] } },
      path: "capacity.then[0].cluster",
      mend: /"5"/,
    },
  ])("at $path", ({ given, path, mend }) => {
    const make = () =>
      new FargateTaskEnvironment({ memory: "512", onInfrastructureFailure: given } as object);
    expect(make).toThrow(
      expect.objectContaining({
        code: "ENVIRONMENT_INVALID",
        details: expect.objectContaining({ path: `${ROOT}.${path}` }),
        message: expect.stringMatching(mend),
      }),
    );
  });

  it.each([5, "5", "5 minutes", "-1s", "2h", ""])("at stopGrace: %j", (stopGrace) => {
    expect(() => parsePolicy({ stopGrace })).toThrow(/`stopGrace` is .*"10s"/);
  });
});
