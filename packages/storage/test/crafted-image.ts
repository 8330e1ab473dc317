import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { collect, sha256 } from "../src/digest.ts";
import type { Blob } from "../src/image-config.ts";
import { LAYER_ANNOTATION, type LayerRole } from "../src/layer.ts";
import { OCI_CONFIG, OCI_LAYER, OCI_LAYER_GZIP, OCI_MANIFEST } from "../src/media-types.ts";
import { OciLayout } from "../src/oci-layout.ts";
import { formatReference } from "../src/reference.ts";

/** One entry of a layer: a path and what stands there; a path that ends in `/` is a folder. */
export interface CraftedEntry {
  readonly path: string;
  readonly content?: string;
  readonly mode?: number;
  readonly symlink?: string;
  readonly hardLink?: string;
  readonly type?: "fifo" | "character-device";
}

export type CraftedLayer = readonly CraftedEntry[];

/** Packs entries as they are, with any path and link that a stranger's image could hold. */
async function craftTar(entries: CraftedLayer): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    tar.entry(toHeader(entry), entry.content ?? "");
  }
  tar.finalize();
  return (await collect(tar, 1e9)) ?? Buffer.alloc(0);
}

function toHeader({ path: name, mode, symlink, hardLink, type }: CraftedEntry) {
  const header = { name, ...(mode === undefined ? {} : { mode }) };
  if (symlink !== undefined) return { ...header, type: "symlink", linkname: symlink } as const;
  if (hardLink !== undefined) return { ...header, type: "link", linkname: hardLink } as const;
  if (type !== undefined) return { ...header, type };
  return { ...header, type: name.endsWith("/") ? "directory" : "file" } as const;
}

export interface CraftOptions {
  /** What the layers say that they hold. */
  readonly role?: LayerRole;
  readonly plain?: boolean;
  readonly mediaType?: string;
  /** Names a layer's bytes by another digest than they have. */
  readonly wrongDigest?: boolean;
}

/** Writes an image of such layers into an OCI layout folder; returns its reference. */
export async function craftImage(
  folder: string,
  layers: readonly CraftedLayer[],
  options: CraftOptions = {},
): Promise<string> {
  const layout = new OciLayout(folder);
  const tars = await Promise.all(layers.map(craftTar));
  const blobs = tars.map((tar) => toLayer(tar, options));
  const config = toBlob(OCI_CONFIG, {
    os: "linux",
    architecture: "amd64",
    config: { Cmd: ["sh"] },
    rootfs: { type: "layers", diff_ids: tars.map(sha256) },
  });
  const manifest = toBlob(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: config.descriptor,
    layers: blobs.map(({ descriptor }) => descriptor),
  });
  for (const blob of [...blobs, config, manifest]) await layout.putBlob(blob);
  return formatReference({ kind: "layout", folder, digest: manifest.descriptor.digest });
}

function toLayer(tar: Buffer, options: CraftOptions): Blob {
  const bytes = options.plain ? tar : gzipSync(tar);
  const mediaType = options.mediaType ?? (options.plain ? OCI_LAYER : OCI_LAYER_GZIP);
  const digest = options.wrongDigest ? sha256("something else") : sha256(bytes);
  const annotations = options.role && { annotations: { [LAYER_ANNOTATION]: options.role } };
  return { bytes, descriptor: { mediaType, digest, size: bytes.byteLength, ...annotations } };
}

function toBlob(mediaType: string, value: unknown): Blob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, descriptor: { mediaType, digest: sha256(bytes), size: bytes.byteLength } };
}
