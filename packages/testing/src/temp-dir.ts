import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives `use` a new empty folder (its real path) and removes it afterwards, also when `use` throws. */
export async function withTempDir<T>(use: (directory: string) => Promise<T> | T): Promise<T> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "slipway-test-")));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}
