import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempDir } from "./temp-dir.ts";

describe("withTempDir", () => {
  it("removes the folder and what is in it, also after an error", async () => {
    let folder = "";
    const use = withTempDir(async (directory) => {
      folder = directory;
      await writeFile(join(directory, "file"), "x");
      throw new Error("broken");
    });
    await expect(use).rejects.toThrow("broken");
    expect(folder).not.toBe("");
    expect(existsSync(folder)).toBe(false);
  });
});
