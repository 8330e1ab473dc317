import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ContainerLog } from "./container-log.ts";

it("keeps the newest output in two files of bounded size", async () => {
  const folder = await mkdtemp(join(tmpdir(), "container-log-"));
  try {
    const path = join(folder, "a", "b.log");
    const log = new ContainerLog(path, 10);
    for (const text of ["1111\n", "2222\n", "3333\n", "4444\n", "5555\n"])
      log.write(Buffer.from(text));
    await log.close();
    expect(await readFile(path, "utf8")).toBe("5555\n");
    expect(await readFile(`${path}.1`, "utf8")).toBe("3333\n4444\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
