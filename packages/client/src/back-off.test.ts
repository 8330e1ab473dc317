import { describe, expect, it } from "vitest";
import { backOffMs, pause } from "./back-off.ts";

describe("backOffMs", () => {
  it("doubles up to five seconds", () => {
    expect([1, 2, 3, 7, 100].map((failures) => backOffMs(failures, 1))).toEqual([
      100, 200, 400, 5_000, 5_000,
    ]);
  });

  it("leaves half to chance", () => {
    expect(backOffMs(1, 0)).toBe(50);
  });
});

describe("pause", () => {
  it("ends early when aborted", async () => {
    const controller = new AbortController();
    const started = Date.now();
    setTimeout(() => controller.abort(), 20);
    await pause(10_000, controller.signal);
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});
