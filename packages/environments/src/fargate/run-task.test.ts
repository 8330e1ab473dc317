import type { JsonObject, LaunchRequest } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { REQUEST } from "../../test/launch-request.ts";
import { scaleMemory } from "../retry-policy/scale-memory.ts";
import { renderFargateTask } from "./render.ts";

const plain = (given: object): JsonObject => JSON.parse(JSON.stringify(given));
const run = (given: object, more: Partial<LaunchRequest> = {}) =>
  renderFargateTask(plain(given), { ...REQUEST, ...more })["RunTask"] ?? {};
const SPOT = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
const times = (count: number, cause: string) => Array.from({ length: count }, () => cause);

describe("what is added to RunTask", () => {
  it("says who started the task, in AWS's characters", () => {
    expect(run({})["startedBy"]).toBe("slipway/0b6f4a2e-8f1c-4a55-9d0e-7c1f");
    expect(run({}, { flowRunId: "a b/c" })["startedBy"]).toBe("slipway/a-b-c");
    expect(run({ startedBy: "me" })["startedBy"]).toBe("me");
  });

  it("has tags propagated and managed, unless the author says otherwise", () => {
    expect(run({})).toMatchObject({ propagateTags: "TASK_DEFINITION", enableECSManagedTags: true });
    const given = { propagateTags: "NONE", enableECSManagedTags: false };
    expect(run(given)).toMatchObject(given);
  });

  it.each([
    { definition: "one that is registered", given: {}, most: 400 },
    {
      definition: "a fixed one, which needs all nine variables",
      given: { taskDefinition: "own:3" },
      most: 1024,
    },
  ])("is at most $most characters of ours in the overrides: $definition", ({ given, most }) => {
    const overrides = run(given, {
      apiUrl: "https://slipway.harbour.example:4200/graphql",
      image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/weather@sha256:${"f".repeat(64)}`,
      bootstrapToken: `slb_${"0".repeat(32)}_${"x".repeat(43)}`,
    })["overrides"];
    expect(JSON.stringify(overrides).length).toBeLessThanOrEqual(most);
  });

  it("tells the cause of overrides that are too long", () => {
    const environment = [{ name: "LONG", value: "x".repeat(8000) }];
    const given = { overrides: { containerOverrides: [{ name: "flow", environment }] } };
    expect(() => run(given)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ cause: "OverridesTooLong" }) }),
    );
  });
});

describe("the client token", () => {
  const token = (given: object, more: Partial<LaunchRequest> = {}) =>
    String(run(given, more)["clientToken"]);

  it("differs with run, attempt and way to launch, and with nothing else", () => {
    const all = [
      token({}),
      token({}, { attempt: 2 }),
      token({}, { variant: 1 }),
      token({}, { flowRunId: "other" }),
    ];
    expect(new Set(all).size).toBe(4);
    expect(token({}, { earlier: ["Lost"], image: "other" })).toBe(token({}));
  });

  it("begins with the author's, and is still one for each attempt", () => {
    const clientToken = "x".repeat(64);
    const all = [token({ clientToken }), token({ clientToken }, { attempt: 2 })];
    expect(new Set(all).size).toBe(2);
    for (const one of all) expect(one).toMatch(/^x{31}-[0-9a-f]{32}$/);
    expect(token({ clientToken: `${"x".repeat(63)}y` })).not.toBe(all[0]);
  });
});

describe("ways to launch", () => {
  const given = {
    capacityProviderStrategy: SPOT,
    onInfrastructureFailure: {
      capacity: { then: ["on-demand", { cluster: "other", launchType: "EC2" }] },
    },
  };

  it("are the author's own, then the others in their order", () => {
    expect(run(given)["capacityProviderStrategy"]).toEqual(SPOT);
    const onDemand = run(given, { variant: 1 });
    expect(onDemand["launchType"]).toBe("FARGATE");
    expect(onDemand).not.toHaveProperty("capacityProviderStrategy");
    expect(run(given, { variant: 2 })).toMatchObject({ cluster: "other", launchType: "EC2" });
  });

  it("leave Fargate Spot after as many interruptions as the author allows", () => {
    const spot = { ...given, onInfrastructureFailure: { spot: { retries: 2, then: "on-demand" } } };
    const after = (count: number) => run(spot, { earlier: times(count, "SpotInterruption") });
    expect(after(1)["capacityProviderStrategy"]).toEqual(SPOT);
    expect(after(2)).not.toHaveProperty("capacityProviderStrategy");
    expect(after(2)["launchType"]).toBe("FARGATE");
  });
});

describe("memory that grows", () => {
  const onInfrastructureFailure = { outOfMemory: scaleMemory({ factor: 2, max: "30GB" }) };
  const oom = (count: number) => ({ earlier: times(count, "OutOfMemory") });

  it("goes through the overrides, so that the definition stays", () => {
    const args = plain({
      cpu: "256",
      memory: "2048",
      containerDefinitions: [{ name: "main", memory: 1024 }],
      onInfrastructureFailure,
    });
    const before = renderFargateTask(args, REQUEST);
    const after = renderFargateTask(args, { ...REQUEST, attempt: 2, ...oom(1) });
    expect(after["RegisterTaskDefinition"]).toEqual(before["RegisterTaskDefinition"]);
    expect(before["RunTask"]?.["overrides"]).not.toHaveProperty("memory");
    expect(after["RunTask"]?.["overrides"]).toMatchObject({
      memory: "4096",
      cpu: "512",
      containerOverrides: [{ name: "main", memory: 2048 }],
    });
  });

  it("leaves CPU out where it stays, and what the author overrides besides", () => {
    const given = {
      cpu: "256",
      memory: "512",
      overrides: { taskRoleArn: "role", containerOverrides: [{ name: "flow", cpu: 10 }] },
      onInfrastructureFailure,
    };
    const { overrides } = run(given, oom(1));
    expect(overrides).toMatchObject({ memory: "1024", taskRoleArn: "role" });
    expect(overrides).not.toHaveProperty("cpu");
    expect(overrides).toMatchObject({ containerOverrides: [{ name: "flow", cpu: 10 }] });
  });

  it("scales a definition of the author's own from its overrides", () => {
    const given = {
      taskDefinition: "own:3",
      overrides: { memory: "1024", cpu: "256" },
      onInfrastructureFailure,
    };
    expect(run(given, oom(1))["overrides"]).toMatchObject({ memory: "2048", cpu: "256" });
    expect(run(given, oom(2))["overrides"]).toMatchObject({ memory: "4096", cpu: "512" });
  });
});
