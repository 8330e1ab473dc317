import { describe, expect, it } from "vitest";
import { scaleMemory } from "../../retry-policy/scale-memory.ts";
import { fargateArguments } from "../fargate-arguments.ts";
import { leavesSpot, retryAfter } from "./retry-after.ts";

const SIZE = { cpu: "256", memory: "512" };
const argumentsOf = (onInfrastructureFailure: object, more: object = SIZE) =>
  fargateArguments(JSON.parse(JSON.stringify({ ...more, onInfrastructureFailure })));
const after = (given: object, cause: string, earlier: readonly string[] = [], more?: object) =>
  retryAfter(argumentsOf(given, more), { cause, evidence: { stoppedReason: null } }, { earlier });
const times = (count: number, cause: string) => Array.from({ length: count }, () => cause);

describe("retryAfter", () => {
  it("says which retry it is, and after what", () => {
    expect(after({ lost: { retries: 3 } }, "Lost", ["Lost"])).toMatchObject({
      reason: "retry 2 of 3 after Lost",
      unlessStarted: false,
    });
  });

  it("counts each cause over the whole run, whatever came in between", () => {
    const given = { lost: { retries: 2 } };
    expect(after(given, "Lost", ["Lost", "ImagePull"])).toBeDefined();
    expect(after(given, "Lost", ["Lost", "ImagePull", "Lost"])).toBeUndefined();
  });

  it("counts what shares a rule together", () => {
    const given = { imagePull: { retries: 2 } };
    expect(after(given, "ImagePull", ["ImagePullTimeout"])?.reason).toContain("retry 2 of 2");
    expect(after(given, "ImagePull", ["ImagePullTimeout", "ImagePull"])).toBeUndefined();
    expect(after({}, "Lost", ["NetworkInterface", "ImagePull"])).toBeUndefined();
  });

  it("counts apart what has a rule of its own", () => {
    const given = { imagePull: { retries: 1 }, imagePullTimeout: { retries: 9 } };
    expect(after(given, "ImagePull", ["ImagePullTimeout"])).toBeDefined();
    expect(after({ spot: { retries: 5 } }, "Lost", times(3, "SpotInterruption"))).toBeDefined();
  });

  it("gives each way to launch a turn after a task that got no room", () => {
    const then = ["on-demand", { cluster: "second" }, { cluster: "third" }];
    const given = { capacity: { deadline: "10m", then } };
    expect(after(given, "Capacity", ["Capacity", "Capacity", "Lost"])).toMatchObject({
      reason: "retry 3 of 3 after Capacity",
      unlessStarted: true,
    });
    expect(after(given, "Capacity", times(3, "Capacity"))).toBeUndefined();
  });

  it("waits for room as often as the deadline has time for it", () => {
    expect(after({}, "Capacity")).toMatchObject({ reason: "retry 1 of 1 after Capacity" });
    expect(after({}, "Capacity", ["Capacity"])).toBeUndefined();
    const patient = { capacity: { deadline: "2h" } };
    expect(after(patient, "Capacity", times(3, "Capacity"))).toBeDefined();
    expect(after(patient, "Capacity", times(4, "Capacity"))).toBeUndefined();
    expect(after({ capacity: { deadline: "5m" } }, "Capacity")).toBeUndefined();
  });

  it("does not go on where nothing was launched until the deadline", () => {
    const diagnosis = { cause: "Capacity", evidence: { reasons: ["RESOURCE:MEMORY"] } };
    expect(retryAfter(argumentsOf({}), diagnosis, { earlier: [] })).toBeUndefined();
  });

  it("leaves what no rule names", () => {
    for (const cause of ["ImageNotFound", "UserInitiated", "Cancelled", "Nonsense"]) {
      expect(after({}, cause)).toBeUndefined();
    }
    expect(after({ lost: { retries: 0 } }, "Lost")).toBeUndefined();
  });

  it("waits as long as it is told, or from 5 seconds to a minute", () => {
    expect(after({ lost: { retries: 9, delay: "90s" } }, "Lost", times(5, "Lost"))?.delayMs).toBe(
      90_000,
    );
    const delays = [0, 1, 2, 3, 4, 5].map(
      (count) => after({ lost: { retries: 9 } }, "Lost", times(count, "Lost"))?.delayMs,
    );
    expect(delays).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it("goes on with more memory, and says how much", () => {
    const given = { outOfMemory: scaleMemory({ factor: 2, max: "2GB" }) };
    expect(after(given, "OutOfMemory")?.reason).toBe(
      "retry 1 of 3 after OutOfMemory, with 1024 MiB of memory",
    );
    expect(after(given, "OutOfMemory", ["OutOfMemory"])?.reason).toContain("with 2048 MiB");
  });

  it("ends where there is no more memory to be had, though retries are left", () => {
    const given = { outOfMemory: scaleMemory({ factor: 2, max: "2GB" }) };
    expect(after(given, "OutOfMemory", times(2, "OutOfMemory"))).toBeUndefined();
    expect(
      after({ outOfMemory: { retries: 3 } }, "OutOfMemory", times(2, "OutOfMemory")),
    ).toBeDefined();
  });

  it("leaves Fargate Spot with the last retry", () => {
    const given = { spot: { retries: 2, then: "on-demand" } };
    expect(after(given, "SpotInterruption")?.reason).toBe("retry 1 of 2 after SpotInterruption");
    expect(after(given, "SpotInterruption", ["SpotInterruption"])?.reason).toBe(
      "retry 2 of 2 after SpotInterruption, on demand",
    );
    expect(after(given, "SpotInterruption", times(2, "SpotInterruption"))).toBeUndefined();
    expect(leavesSpot(argumentsOf(given), ["SpotInterruption", "Lost"])).toBe(false);
    expect(leavesSpot(argumentsOf(given), times(2, "SpotInterruption"))).toBe(true);
    expect(leavesSpot(argumentsOf({ spot: { retries: 2 } }), times(9, "SpotInterruption"))).toBe(
      false,
    );
  });
});
