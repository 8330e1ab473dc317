import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { Bell } from "./bell.ts";

const never = new AbortController().signal;
const LONG_MS = 60_000;

describe("Bell", () => {
  it("leaves nothing on the signal, however a wait ends", async () => {
    const { signal } = new AbortController();
    const bell = new Bell();
    await bell.wait(1, signal);
    const waiting = bell.wait(LONG_MS, signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    bell.ring();
    await waiting;
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

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
