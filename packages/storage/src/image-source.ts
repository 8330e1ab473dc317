import type { Descriptor } from "./manifest.ts";

/** Manifests and indexes are small; anything larger is not one. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

export interface RawManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly digest: string;
}

/** Where an image is read from. What is read by digest has been checked against it. */
export interface ImageSource {
  /** How errors call the image. */
  readonly where: string;
  /** By tag or digest; nothing where there is none. */
  readManifest(tagOrDigest: string): Promise<RawManifest | undefined>;
  /** The blob's bytes as they come. Throws `IMAGE_INVALID` at the end where they are not what they should be. */
  openBlob(blob: Descriptor): Promise<AsyncIterable<Uint8Array>>;
}
