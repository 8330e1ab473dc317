import { SlipwayError } from "@slipway/core";
import { collect } from "./digest.ts";
import type { ImageSource, RawManifest } from "./image-source.ts";
import {
  type Descriptor,
  type ImageConfig,
  type ImageIndex,
  invalid,
  type Manifest,
  parseConfig,
  parseManifest,
} from "./manifest.ts";
import { OciLayout } from "./oci-layout.ts";
import { formatReference, type ImageReference, parseReference } from "./reference.ts";
import { RegistryRepository } from "./registry-repository.ts";
import type { RegistryOptions } from "./registry-session.ts";

const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

export interface OpenImageOptions extends RegistryOptions {
  /** Which image of an index to take, as `os/architecture`. By default this machine's, or the first where it has none. */
  readonly platform?: string | undefined;
}

/** An image whose manifest has been read; all else is read when asked for. */
export interface OpenedImage {
  /** The reference as it was given. */
  readonly reference: string;
  /** What the reference named: a manifest's digest, or an index's. */
  readonly digest: string;
  readonly layers: readonly Descriptor[];
  readConfig(): Promise<ImageConfig>;
  /** Reads a blob whole. Throws `IMAGE_INVALID` where it has more bytes than `maxBytes`. */
  readBlob(blob: Descriptor, maxBytes: number): Promise<Buffer>;
  /** Reads a blob piece by piece; the last step throws `IMAGE_INVALID` where the bytes are not the digest's. */
  openBlob(blob: Descriptor): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Reads an image's manifest from a registry or an OCI layout folder.
 * Throws `IMAGE_NOT_FOUND`, `IMAGE_INVALID`, `REGISTRY_REFUSED` or `REGISTRY_UNREACHABLE`.
 */
export async function openImage(
  reference: string,
  options: OpenImageOptions = {},
): Promise<OpenedImage> {
  const parsed = parseReference(reference);
  const source = openSource(parsed, options);
  const named = await source.readManifest(nameIn(parsed));
  if (named === undefined) {
    const text = formatReference(parsed);
    throw new SlipwayError(
      "IMAGE_NOT_FOUND",
      `There is no image ${text}: register the flow again, or check the reference`,
      { image: text },
    );
  }
  const manifest = await readImageManifest(source, named, options.platform);
  return new SourceImage(reference, named.digest, source, manifest);
}

/** Where a reference is read from. */
function openSource(reference: ImageReference, options: RegistryOptions): ImageSource {
  return reference.kind === "layout"
    ? new OciLayout(reference.folder)
    : new RegistryRepository(reference.registry, reference.repository, options);
}

function nameIn(reference: ImageReference): string {
  if (reference.kind === "layout") return reference.digest;
  return reference.digest ?? reference.tag ?? "latest";
}

async function readImageManifest(
  source: ImageSource,
  named: RawManifest,
  platform: string | undefined,
): Promise<Manifest> {
  const manifest = parseManifest(named.bytes, named.mediaType, source.where);
  if (manifest.kind === "manifest") return manifest;
  const chosen = choosePlatform(manifest, platform, source.where);
  const raw = await source.readManifest(chosen.digest);
  if (raw === undefined)
    invalid(source.where, `lacks the manifest ${chosen.digest} that its index names`);
  const inner = parseManifest(raw.bytes, raw.mediaType, source.where);
  return inner.kind === "manifest" ? inner : invalid(source.where, "has an index within an index");
}

function choosePlatform(index: ImageIndex, wanted: string | undefined, where: string): Descriptor {
  const host = `linux/${process.arch === "x64" ? "amd64" : process.arch}`;
  const match = index.manifests.find(({ platform }) => {
    return platform && `${platform.os}/${platform.architecture}` === (wanted ?? host);
  });
  const chosen = match ?? (wanted === undefined ? index.manifests[0] : undefined);
  return chosen ?? invalid(where, `has no image for ${wanted ?? "any platform"}`);
}

class SourceImage implements OpenedImage {
  readonly reference: string;
  readonly digest: string;
  readonly layers: readonly Descriptor[];
  readonly #source: ImageSource;
  readonly #config: Descriptor;

  constructor(reference: string, digest: string, source: ImageSource, manifest: Manifest) {
    this.reference = reference;
    this.digest = digest;
    this.layers = manifest.layers;
    this.#source = source;
    this.#config = manifest.config;
  }

  async readConfig(): Promise<ImageConfig> {
    return parseConfig(await this.readBlob(this.#config, MAX_CONFIG_BYTES), this.#source.where);
  }

  async readBlob(blob: Descriptor, maxBytes: number): Promise<Buffer> {
    const bytes =
      blob.size <= maxBytes ? await collect(await this.openBlob(blob), maxBytes) : undefined;
    return (
      bytes ??
      invalid(this.#source.where, `has a blob ${blob.digest} of more than ${maxBytes} bytes`)
    );
  }

  openBlob(blob: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    return this.#source.openBlob(blob);
  }
}
