import { SlipwayError } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { awaitedAfter, LaunchQueue, waitingStatus } from "./launch-queue.ts";

const failed = (cause: string, more: object = {}) =>
  new SlipwayError("LAUNCH_FAILED", "no", { cause, ...more });
const queueOf = (more: object = {}) =>
  new LaunchQueue({ variants: 3, variant: 0, deadlineAt: 1_000_000, ...more });

describe("awaitedAfter", () => {
  it("waits for room, for the rate and for an answer, and for nothing else", () => {
    expect(awaitedAfter(failed("Capacity"))).toBe("Capacity");
    expect(awaitedAfter(failed("Throttled"))).toBe("Throttled");
    expect(awaitedAfter(new SlipwayError("CLOUD_UNREACHABLE", "no"))).toBe("Unreachable");
    expect(awaitedAfter(failed("QuotaExceeded"))).toBe("Capacity");
    expect(awaitedAfter(failed("AccessDenied"))).toBeUndefined();
    expect(awaitedAfter(new Error("Capacity"))).toBeUndefined();
  });
});

describe("LaunchQueue", () => {
  it("waits longer and longer, each cause by itself, and a minute at most", () => {
    const queue = queueOf();
    const pauses = (awaited: "Capacity" | "Throttled", count: number) =>
      Array.from({ length: count }, () => queue.pauseMs(awaited, 0, 0.5));
    expect(pauses("Capacity", 7)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(pauses("Throttled", 3)).toEqual([500, 1_000, 2_000]);
  });

  it("tries once more at the deadline, and never after it", () => {
    const queue = queueOf();
    expect(queue.pauseMs("Capacity", 999_000, 0.5)).toBe(1_000);
    expect(queue.pauseMs("Capacity", 1_000_000, 0.5)).toBeUndefined();
  });

  it("goes through the author's ways to launch in a circle, from where it began", () => {
    const queue = queueOf({ variant: 1 });
    expect([queue.nextVariant(), queue.nextVariant(), queue.nextVariant()]).toEqual([2, 0, 1]);
  });
});

describe("waitingStatus", () => {
  it("says for what, in the platform's words, and until when", () => {
    const at = Date.parse("2026-01-01T12:04:05Z");
    expect(
      waitingStatus("Capacity", failed("Capacity", { reasons: ["RESOURCE:MEMORY"] }), at),
    ).toBe("waits for capacity (RESOURCE:MEMORY), next try at 12:04:05Z");
    const quota = { exception: "Forbidden", message: "exceeded quota: pods" };
    expect(waitingStatus("Capacity", failed("QuotaExceeded", quota), at)).toContain(
      "(Forbidden: exceeded quota: pods)",
    );
    const throttled = failed("Throttled", { exception: "ThrottlingException" });
    expect(waitingStatus("Throttled", throttled, at)).toContain("(ThrottlingException), next try");
  });
});
