import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Collection } from "./collection.ts";

const schema = z.object({ n: z.number() });
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "collection-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("Collection", () => {
  it("finds again what was put, and nothing of what was deleted", async () => {
    const first = await Collection.open(folder, schema);
    for (let n = 1; n <= 20; n++) void first.put("flow:1", { n });
    void first.put("gone", { n: 0 });
    void first.delete("gone");
    await first.flush();
    const second = await Collection.open(folder, schema);
    expect(second.get("flow:1")).toEqual({ n: 20 });
    expect(second.values()).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["flow%3A1.json"]);
  });

  it("ignores a file that was being written when the process was killed", async () => {
    await writeFile(join(folder, "a.json.tmp"), '{"n"');
    expect((await Collection.open(folder, schema)).values()).toEqual([]);
  });

  it("names a file that it can't read", async () => {
    await writeFile(join(folder, "a.json"), "{}");
    await expect(Collection.open(folder, schema)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path: join(folder, "a.json") },
    });
  });
});
