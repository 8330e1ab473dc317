import { describe, expect, it } from "vitest";
import { Bell } from "./bell.ts";

const never = new AbortController().signal;
const LONG_MS = 60_000;

describe("Bell", () => {
  it("wakes the one who waits", async () => {
    const bell = new Bell();
    const waiting = bell.wait(LONG_MS, never);
    bell.ring();
    await waiting;
  });

  it("keeps a ring for the next who waits, once", async () => {
    const bell = new Bell();
    bell.ring();
    await bell.wait(LONG_MS, never);
    const start = performance.now();
    await bell.wait(30, never);
    expect(performance.now() - start).toBeGreaterThanOrEqual(25);
  });

  it("lets go when the signal is aborted, now or before", async () => {
    const controller = new AbortController();
    const waiting = new Bell().wait(LONG_MS, controller.signal);
    controller.abort();
    await waiting;
    await new Bell().wait(LONG_MS, controller.signal);
  });
});
