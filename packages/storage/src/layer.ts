import { gzipSync } from "fflate";
import { pack } from "tar-stream";
import { collect, sha256 } from "./digest.ts";
import type { Descriptor } from "./manifest.ts";
import { OCI_LAYER_GZIP } from "./media-types.ts";

/** What a layer of Slipway's own holds, as the annotation {@link LAYER_ANNOTATION} says. */
export type LayerRole = "files" | "bundle" | "environment";

export const LAYER_ANNOTATION = "org.slipway.layer";

export interface LayerFile {
  /** The absolute path in the image. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}

/** A packed layer: what the manifest and the configuration say of it, and its bytes. */
export interface Layer {
  readonly role: LayerRole;
  readonly descriptor: Descriptor;
  readonly diffId: string;
  readonly bytes: Uint8Array;
}

/**
 * Packs files into a layer whose bytes depend on nothing but paths, contents and execute bits: sorted, times and
 * owners zero, fixed modes. The compressor is plain JavaScript, because what Node's own zlib writes
 * differs between processors and releases, and with it would the digest of the same flow.
 */
export async function packLayer(role: LayerRole, files: readonly LayerFile[]): Promise<Layer> {
  const tar = await packTar(files);
  const bytes = gzipSync(tar, { level: 6, mtime: 0 });
  const descriptor = {
    mediaType: OCI_LAYER_GZIP,
    digest: sha256(bytes),
    size: bytes.byteLength,
    annotations: { [LAYER_ANNOTATION]: role },
  };
  return { role, descriptor, diffId: sha256(tar), bytes };
}

async function packTar(files: readonly LayerFile[]): Promise<Uint8Array> {
  const tar = pack();
  const fixed = { mtime: new Date(0), uid: 0, gid: 0, uname: "", gname: "" };
  for (const folder of foldersOf(files)) {
    tar.entry({ ...fixed, name: `${folder}/`, type: "directory", mode: 0o755 });
  }
  for (const file of [...files].sort((a, b) => compare(a.path, b.path))) {
    const mode = file.executable ? 0o755 : 0o644;
    tar.entry({ ...fixed, name: inTar(file.path), type: "file", mode }, Buffer.from(file.bytes));
  }
  tar.finalize();
  const bytes = await collect(tar, Number.POSITIVE_INFINITY);
  return bytes ?? new Uint8Array();
}

/** Every folder above a file, sorted, so that each stands before what it holds. */
function foldersOf(files: readonly LayerFile[]): string[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const parts = inTar(path).split("/").slice(0, -1);
    for (let length = 1; length <= parts.length; length++)
      folders.add(parts.slice(0, length).join("/"));
  }
  return [...folders].sort(compare);
}

function inTar(path: string): string {
  return path.replace(/^\/+/, "");
}

/** By code units: `localeCompare` would make the order, and so the digest, depend on the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
