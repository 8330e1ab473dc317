import type { EnvironmentLauncher } from "@slipway/core";
import { waitFor } from "@slipway/testing";
import { afterEach, describe, expect, it } from "vitest";
import { fargateEnvironment } from "../test/local-ecs.ts";
import { LauncherPool } from "./launcher-pool.ts";

let pool: LauncherPool;
afterEach(() => pool.close());

/** Which images were read, and a way to see the launcher that is lent. */
function poolOf(keepMs?: number) {
  const read: string[] = [];
  pool = new LauncherPool({
    readEnvironment: async (image) => {
      read.push(image);
      if (image === "absent") throw new Error("there is no such image");
      return fargateEnvironment().serialize();
    },
    keepMs,
  });
  const lend = (image: string): Promise<EnvironmentLauncher> =>
    pool.use(image, async (launcher) => launcher);
  return { read, lend };
}

describe("LauncherPool", () => {
  it("lends the same launcher at one time and soon after, another for another image", async () => {
    const { read, lend } = poolOf();
    const [first, second] = await Promise.all([lend("a"), lend("a")]);
    expect(second).toBe(first);
    expect(await lend("a")).toBe(first);
    expect(await lend("b")).not.toBe(first);
    expect(read).toEqual(["a", "b"]);
  });

  it("closes what was not used for a while", async () => {
    const { lend } = poolOf(5);
    const first = await lend("a");
    await waitFor(async () => (await lend("a")) !== first, { intervalMs: 20 });
  });

  it("does not close what is in use", async () => {
    const { read, lend } = poolOf(5);
    await pool.use("a", async (launcher) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(await lend("a")).toBe(launcher);
    });
    expect(read).toEqual(["a"]);
  });

  it("does not keep one that could not be opened", async () => {
    const { read, lend } = poolOf();
    await expect(lend("absent")).rejects.toThrow("no such image");
    await expect(lend("absent")).rejects.toThrow("no such image");
    expect(read).toEqual(["absent", "absent"]);
  });
});
