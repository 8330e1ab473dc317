import { basename, dirname } from "node:path/posix";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { isSlipwayError } from "@slipway/core";
import { type Extract, extract } from "tar-stream";
import type { ConfinedFolder } from "./confined-folder.ts";
import { toBytes } from "./digest.ts";

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

/** How many bytes may still be written. Shared by the layers of an image. */
export interface Budget {
  bytes: number;
}

/**
 * Applies one layer to a folder, as the user who runs this: owners, devices and set-user bits are left out.
 * Throws `LeavesFolderError`, and whatever reading the layer throws.
 */
export async function applyLayer(
  layer: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  compression: "gzip" | "none",
  folder: ConfinedFolder,
  budget: Budget,
): Promise<void> {
  const bytes = Readable.from(layer);
  const tar = extract();
  const reading =
    compression === "gzip" ? pipeline(bytes, createGunzip(), tar) : pipeline(bytes, tar);
  // Both are waited for: the blob's end tells whether its digest was right, and after a failure
  // nothing may still be writing when the folder is emptied.
  const settled = await Promise.allSettled([applyEntries(tar, folder, budget), reading]);
  const failures = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  if (failures.length > 0) throw failures.find((reason) => isSlipwayError(reason)) ?? failures[0];
}

async function applyEntries(
  entries: AsyncIterable<Entry>,
  folder: ConfinedFolder,
  budget: Budget,
): Promise<void> {
  const written = new Set<string>();
  for await (const entry of entries) {
    budget.bytes -= entry.header.size ?? 0;
    if (budget.bytes < 0) throw new Error("it has more bytes than any image should");
    const place = await applyEntry(entry, folder, written);
    if (place !== undefined) written.add(place);
    entry.resume();
  }
}

/** Applies one entry; returns the place that it wrote. Whiteouts hide what lower layers hold, and nothing of their own layer. */
async function applyEntry(
  entry: Entry,
  folder: ConfinedFolder,
  written: ReadonlySet<string>,
): Promise<string | undefined> {
  const { name } = entry.header;
  const last = basename(name);
  if (last === OPAQUE) {
    await folder.removeChildren(await folder.locate(dirname(name)), written);
    return undefined;
  }
  if (last.startsWith(WHITEOUT)) {
    const hidden = last.slice(WHITEOUT.length);
    if (hidden === "" || hidden === ".") throw new Error(`${name} hides nothing`);
    await folder.removeUnder(await folder.locate(`${dirname(name)}/${hidden}`), written);
    return undefined;
  }
  return writeEntry(entry, folder);
}

async function writeEntry(entry: Entry, folder: ConfinedFolder): Promise<string | undefined> {
  const { name, type, linkname } = entry.header;
  const mode = (entry.header.mode ?? 0o644) & 0o777;
  switch (type) {
    case "directory":
      return folder.makeFolder(name, mode);
    case "file":
    case "contiguous-file":
      return folder.writeFile(name, toBytes(entry), mode);
    case "symlink":
      return folder.makeSymlink(name, linkname ?? "");
    case "link":
      return folder.makeHardLink(name, linkname ?? "");
    default:
      return undefined;
  }
}
