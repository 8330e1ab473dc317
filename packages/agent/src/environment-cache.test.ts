import { describe, expect, it } from "vitest";
import { cached } from "./environment-cache.ts";

describe("cached", () => {
  it("reads each image once, and forgets the one that was not asked for the longest", async () => {
    const reads: string[] = [];
    const read = cached(async (image) => {
      reads.push(image);
      return { version: 1, type: image, arguments: {} };
    }, 2);
    for (const image of ["a", "b", "a", "c", "a", "b"])
      expect((await read(image)).type).toBe(image);
    expect(reads).toEqual(["a", "b", "c", "b"]);
  });

  it("does not keep a failure", async () => {
    let fails = true;
    const read = cached(async (type) => {
      if (fails) throw new Error("away");
      return { version: 1, type, arguments: {} };
    }, 2);
    await expect(read("a")).rejects.toThrow("away");
    fails = false;
    expect((await read("a")).type).toBe("a");
  });
});
