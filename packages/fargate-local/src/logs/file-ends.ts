import { type FileHandle, open } from "node:fs/promises";
import { MAX_MESSAGE_BYTES } from "./log-event.ts";

/** More than any line: what was no UTF-8 is written with up to three bytes for one, and a time stands in front. */
const LONGEST_LINE_BYTES = 3 * MAX_MESSAGE_BYTES + 64;

/** The first and the last whole line of a file of lines; undefined where it has none, or cannot be read. */
export async function readEnds(
  path: string,
): Promise<{ readonly first: string; readonly last: string } | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    const head = await read(file, 0, Math.min(size, LONGEST_LINE_BYTES));
    // A line that is being written may stand after the last whole one.
    const tailBytes = Math.min(size, 2 * LONGEST_LINE_BYTES);
    const tail = tailBytes <= head.length ? head : await read(file, size - tailBytes, tailBytes);
    const firstEnd = head.indexOf("\n");
    const lastEnd = tail.lastIndexOf("\n");
    if (firstEnd === -1 || lastEnd === -1) return undefined;
    const lastStart = tail.subarray(0, lastEnd).lastIndexOf("\n") + 1;
    return {
      first: head.toString("utf8", 0, firstEnd),
      last: tail.toString("utf8", lastStart, lastEnd),
    };
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
