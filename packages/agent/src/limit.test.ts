import { describe, expect, it } from "vitest";
import { Limit } from "./limit.ts";

describe("Limit", () => {
  it("lets so many go on at one time, and each of the others in its turn, failures or not", async () => {
    const limit = new Limit(3);
    let now = 0;
    let most = 0;
    const work = (index: number) => async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      if (index % 4 === 0) throw new Error("failed");
      return index;
    };
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => limit.run(work(index))),
    );
    expect(most).toBe(3);
    expect(all.filter(({ status }) => status === "rejected")).toHaveLength(5);
    expect(await limit.run(async () => "free again")).toBe("free again");
  });
});
