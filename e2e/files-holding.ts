import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The files below a folder that have a word in them. */
export async function filesHolding(word: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path).catch(() => Buffer.alloc(0))).includes(word)) found.push(path);
  }
  return found;
}
