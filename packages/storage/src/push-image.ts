import { SlipwayError } from "@slipway/core";
import type { OpenedBase } from "./base-image.ts";
import type { Blob } from "./image-config.ts";
import type { Descriptor } from "./manifest.ts";
import { OciLayout } from "./oci-layout.ts";
import { RegistryRepository } from "./registry-repository.ts";
import type { RegistryOptions } from "./registry-session.ts";

/** Everything that makes up an image, in the order in which it has to be stored: a manifest after what it names. */
export interface ImageContent {
  readonly ownBlobs: readonly Blob[];
  readonly baseLayers: readonly Descriptor[];
  readonly manifests: readonly Blob[];
  /** The last of the manifests: the image's own. */
  readonly top: Blob;
  readonly tag: string;
}

export interface PushOutcome {
  readonly alreadyThere: boolean;
  readonly pushedBytes: number;
  /** Digests of the blobs that were not there before. */
  readonly pushed: ReadonlySet<string>;
}

const NOTHING: PushOutcome = { alreadyThere: true, pushedBytes: 0, pushed: new Set() };

/** Writes an image into an OCI layout folder, except what is there. */
export async function writeToLayout(folder: string, content: ImageContent): Promise<PushOutcome> {
  const layout = new OciLayout(folder);
  const { digest } = content.top.descriptor;
  if ((await layout.findTag(content.tag)) === digest && (await isWhole(layout, content)))
    return NOTHING;
  const pushed = new Set<string>();
  let pushedBytes = 0;
  for (const blob of [...content.ownBlobs, ...content.manifests]) {
    if (await layout.hasBlob(blob.descriptor)) continue;
    await layout.putBlob(blob);
    pushed.add(blob.descriptor.digest);
    pushedBytes += blob.descriptor.size;
  }
  await layout.putTag(content.tag, content.top.descriptor);
  return { alreadyThere: false, pushedBytes, pushed };
}

async function isWhole(layout: OciLayout, content: ImageContent): Promise<boolean> {
  for (const { descriptor } of [...content.ownBlobs, ...content.manifests]) {
    if (!(await layout.hasBlob(descriptor))) return false;
  }
  return true;
}

export interface PushTarget extends RegistryOptions {
  readonly registry: string;
  readonly repository: string;
}

/**
 * Pushes an image to a registry, except what is there. The base's layers never touch this machine's disk: they are mounted
 * within one registry, and streamed from one to another. At the end the image is read back by its digest.
 */
export async function pushToRegistry(
  target: PushTarget,
  content: ImageContent,
  base: OpenedBase,
): Promise<PushOutcome> {
  const sameRegistry = base.reference.registry === target.registry;
  const from = sameRegistry ? base.reference.repository : undefined;
  const repository = new RegistryRepository(target.registry, target.repository, {
    dockerConfigFile: target.dockerConfigFile,
    access: "pull,push",
    mountFrom: from,
  });
  const { digest } = content.top.descriptor;
  if ((await repository.findManifest(content.tag)) === digest) return NOTHING;
  const push = new Push(repository, base.repository, from);
  for (const blob of content.ownBlobs) await push.blob(blob);
  for (const layer of content.baseLayers) await push.baseLayer(layer);
  for (const manifest of content.manifests) await push.manifest(manifest);
  await push.tag(content.tag, content.top);
  await verify(repository, digest, target);
  return { alreadyThere: false, pushedBytes: push.bytes, pushed: push.pushed };
}

async function verify(
  repository: RegistryRepository,
  digest: string,
  target: PushTarget,
): Promise<void> {
  if ((await repository.readManifest(digest)) !== undefined) return;
  throw new SlipwayError(
    "REGISTRY_REFUSED",
    `The registry ${target.registry} took the image and does not give it back: ${target.repository}@${digest} is not there`,
    { registry: target.registry, repository: target.repository, digest },
  );
}

/** One push, and what it cost. */
class Push {
  bytes = 0;
  readonly pushed = new Set<string>();
  readonly #to: RegistryRepository;
  readonly #base: RegistryRepository;
  readonly #mountFrom: string | undefined;

  constructor(to: RegistryRepository, base: RegistryRepository, mountFrom: string | undefined) {
    this.#to = to;
    this.#base = base;
    this.#mountFrom = mountFrom;
  }

  async blob(blob: Blob): Promise<void> {
    if (await this.#to.hasBlob(blob.descriptor.digest)) return;
    await this.#to.putBlob(blob.descriptor, () => Buffer.from(blob.bytes));
    this.#count(blob.descriptor);
  }

  async baseLayer(layer: Descriptor): Promise<void> {
    if (await this.#to.hasBlob(layer.digest)) return;
    if (this.#mountFrom !== undefined && (await this.#to.mountBlob(layer.digest, this.#mountFrom)))
      return;
    await this.#to.putBlob(layer, async () => toBody(await this.#base.openBlob(layer)));
    this.#count(layer);
  }

  async manifest({ descriptor, bytes }: Blob): Promise<void> {
    if ((await this.#to.findManifest(descriptor.digest)) !== undefined) return;
    await this.#to.putManifest(descriptor.digest, { bytes, mediaType: descriptor.mediaType });
    this.#count(descriptor);
  }

  /** The tag comes last: who pulls by tag gets the old image or the whole new one. */
  async tag(tag: string, { descriptor, bytes }: Blob): Promise<void> {
    await this.#to.putManifest(tag, { bytes, mediaType: descriptor.mediaType });
  }

  #count({ digest, size }: Descriptor): void {
    this.pushed.add(digest);
    this.bytes += size;
  }
}

function toBody(chunks: AsyncIterable<Uint8Array>): ReadableStream {
  return ReadableStream.from(chunks);
}
