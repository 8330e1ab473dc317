import { describe, expect, it } from "vitest";
import { Reminder } from "./reminder.ts";

describe("Reminder", () => {
  it("tells of each thing once, and again after a while", () => {
    const reminder = new Reminder(5_000);
    const told = [
      reminder.isDue(["a"], 100_000),
      reminder.isDue(["a"], 101_000),
      reminder.isDue(["a", "b"], 102_000),
      reminder.isDue(["a", "b"], 104_999),
      reminder.isDue(["a", "b"], 105_000),
      reminder.isDue(["a", "b"], 106_999),
      reminder.isDue(["a", "b"], 107_000),
    ];
    expect(told).toEqual([true, false, true, false, true, false, true]);
  });

  it("has nothing to tell of nothing, and forgets what has passed", () => {
    const reminder = new Reminder(5_000);
    const told = [reminder.isDue([], 1e5), reminder.isDue(["a"], 1e5), reminder.isDue([], 1e5)];
    expect([...told, reminder.isDue(["a"], 1e5)]).toEqual([false, true, false, true]);
  });
});
