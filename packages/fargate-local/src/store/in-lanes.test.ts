import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { inLanes } from "./in-lanes.ts";

it("works on some items at a time, and keeps their order", async () => {
  let active = 0;
  let most = 0;
  const items = Array.from({ length: 500 }, (_none, index) => index);
  const results = await inLanes(items, async (item) => {
    active += 1;
    most = Math.max(most, active);
    await delay(item % 3);
    active -= 1;
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(most).toBe(64);
});

it("throws what the work throws", async () => {
  const work = (item: number) => (item === 2 ? Promise.reject(new Error("two")) : delay(0));
  await expect(inLanes([1, 2, 3], work)).rejects.toThrow("two");
});
