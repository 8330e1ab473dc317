import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, isPlainObject } from "@slipway/core";
import { sha256, verified } from "./digest.ts";
import type { Blob } from "./image-config.ts";
import { type ImageSource, MAX_MANIFEST_BYTES, type RawManifest } from "./image-source.ts";
import { type Descriptor, invalid } from "./manifest.ts";
import { OCI_INDEX, OCI_MANIFEST } from "./media-types.ts";

const REF_NAME = "org.opencontainers.image.ref.name";

/** A folder that holds images as the OCI image layout specification says. It may hold secrets, so it is its owner's alone. */
export class OciLayout implements ImageSource {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get where(): string {
    return this.folder;
  }

  /** Reads a manifest by digest. The index is not asked: images that lost their tag to a newer one stay readable. */
  async readManifest(digest: string): Promise<RawManifest | undefined> {
    const size = await this.#sizeOf(digest);
    if (size === undefined) return undefined;
    if (size > MAX_MANIFEST_BYTES)
      invalid(this.where, `has a manifest of more than ${MAX_MANIFEST_BYTES} bytes`);
    const bytes = await readFile(this.#blobFile(digest));
    if (sha256(bytes) !== digest)
      invalid(this.where, `has a manifest ${digest} whose bytes have another digest`);
    return { bytes, mediaType: OCI_MANIFEST, digest };
  }

  async openBlob(blob: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    if (!(await this.hasBlob(blob)))
      invalid(this.where, `lacks the blob ${blob.digest} that its manifest names`);
    return verified(createReadStream(this.#blobFile(blob.digest)), blob, this.where);
  }

  /** A blob is renamed into its place when it is whole, so one of the right size is right. */
  async hasBlob(blob: { readonly digest: string; readonly size: number }): Promise<boolean> {
    return (await this.#sizeOf(blob.digest)) === blob.size;
  }

  async putBlob(blob: Blob): Promise<void> {
    await mkdir(join(this.folder, "blobs", "sha256"), { recursive: true, mode: 0o700 });
    await replaceFile(this.#blobFile(blob.descriptor.digest), blob.bytes);
  }

  /** The digest that a tag has. */
  async findTag(tag: string): Promise<string | undefined> {
    const entries = await this.#readIndex();
    return entries.find((entry) => entry.annotations?.[REF_NAME] === tag)?.digest;
  }

  /** Gives a manifest a tag, which an older one loses. */
  async putTag(tag: string, manifest: Descriptor): Promise<void> {
    const others = (await this.#readIndex()).filter(
      (entry) => entry.annotations?.[REF_NAME] !== tag,
    );
    const entry = { ...manifest, annotations: { ...manifest.annotations, [REF_NAME]: tag } };
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [...others, entry] };
    await replaceFile(
      join(this.folder, "oci-layout"),
      canonicalJson({ imageLayoutVersion: "1.0.0" }),
    );
    await replaceFile(join(this.folder, "index.json"), canonicalJson(index));
  }

  async #readIndex(): Promise<readonly Descriptor[]> {
    let text: string;
    try {
      text = await readFile(join(this.folder, "index.json"), "utf8");
    } catch {
      return [];
    }
    return parseIndex(text);
  }

  async #sizeOf(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.#blobFile(digest))).size;
    } catch {
      return undefined;
    }
  }

  #blobFile(digest: string): string {
    return join(this.folder, "blobs", ...digest.split(":"));
  }
}

/** An index that cannot be read is made anew: it holds tags alone, and the blobs are found without it. */
function parseIndex(text: string): readonly Descriptor[] {
  try {
    const value: unknown = JSON.parse(text);
    const entries: unknown = isPlainObject(value) ? value["manifests"] : undefined;
    return Array.isArray(entries) ? entries.filter(isDescriptor) : [];
  } catch {
    return [];
  }
}

function isDescriptor(value: unknown): value is Descriptor {
  if (!isPlainObject(value)) return false;
  const { mediaType, digest, size, annotations } = value;
  return (
    typeof mediaType === "string" &&
    typeof digest === "string" &&
    typeof size === "number" &&
    (annotations === undefined || isPlainObject(annotations))
  );
}

/** Readers see the old file or the new one, never half of it. */
async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content, { mode: 0o600 });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
