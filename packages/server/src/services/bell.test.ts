import { describe, expect, it } from "vitest";
import { Bell } from "./bell.ts";

const soon = () => new Promise((resolve) => setTimeout(resolve, 5, "still waiting"));

describe("Bell", () => {
  it("wakes who waits", async () => {
    const bell = new Bell();
    const wait = bell.wait().then(() => "woken");
    bell.ring();
    expect(await Promise.race([wait, soon()])).toBe("woken");
  });

  it("keeps a ring while nobody waits, for one wait", async () => {
    const bell = new Bell();
    bell.ring();
    bell.ring();
    await bell.wait();
    expect(await Promise.race([bell.wait(), soon()])).toBe("still waiting");
    bell.close();
  });

  it("keeps a ring during a pause", async () => {
    const bell = new Bell();
    const pause = bell.pause(10);
    bell.ring();
    await pause;
    expect(await Promise.race([bell.wait().then(() => "kept"), soon()])).toBe("kept");
  });

  it("ends a wait and a pause when closed", async () => {
    const bell = new Bell();
    const ends = Promise.all([bell.wait(), bell.pause(60_000)]);
    bell.close();
    await ends;
    expect(bell.closed).toBe(true);
  });
});
