import { SlipwayError } from "@slipway/core";
import { collect } from "./digest.ts";
import type { BaseImage } from "./image-config.ts";
import type { RawManifest } from "./image-source.ts";
import {
  type Descriptor,
  invalid,
  type Manifest,
  type Platform,
  parseConfig,
  parseManifest,
} from "./manifest.ts";
import { formatReference, type RegistryReference } from "./reference.ts";
import { RegistryRepository } from "./registry-repository.ts";
import type { RegistryOptions } from "./registry-session.ts";

/** What Fargate and most clusters run. An index may hold a dozen more, which would only cost time. */
const PLATFORMS: readonly string[] = ["linux/amd64", "linux/arm64"];
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/** A base image's platforms, and where its layers are read from. */
export interface OpenedBase {
  readonly reference: RegistryReference;
  readonly repository: RegistryRepository;
  readonly images: readonly BaseImage[];
}

/**
 * Reads what a base image is, without its layers. Throws `BASE_IMAGE_NOT_FOUND`, and what reading a registry throws.
 */
export async function openBase(
  reference: RegistryReference,
  options: RegistryOptions,
): Promise<OpenedBase> {
  const repository = new RegistryRepository(reference.registry, reference.repository, options);
  const name = formatReference(reference);
  const raw = await repository.readManifest(reference.digest ?? reference.tag ?? "latest");
  if (raw === undefined) {
    throw new SlipwayError(
      "BASE_IMAGE_NOT_FOUND",
      `There is no base image ${name}: check its name and tag, or push it there first`,
      { baseImage: name },
    );
  }
  const images: BaseImage[] = [];
  for (const manifest of await readPlatforms(repository, raw, name)) {
    images.push(await readBase(repository, manifest, { name, digest: raw.digest }));
  }
  return { reference, repository, images };
}

async function readPlatforms(
  repository: RegistryRepository,
  raw: RawManifest,
  name: string,
): Promise<Manifest[]> {
  const named = parseManifest(raw.bytes, raw.mediaType, name);
  if (named.kind === "manifest") return [named];
  const wanted = named.manifests.filter(
    ({ platform }) => platform && PLATFORMS.includes(toText(platform)),
  );
  if (wanted.length === 0) {
    throw new SlipwayError(
      "BASE_IMAGE_NOT_FOUND",
      `The base image ${name} is there, but not for ${PLATFORMS.join(" or ")}: choose one that is`,
      { baseImage: name, accepted: PLATFORMS },
    );
  }
  const manifests: Manifest[] = [];
  for (const { digest } of firstOfEach(wanted)) {
    const inner = await repository.readManifest(digest);
    const manifest = inner && parseManifest(inner.bytes, inner.mediaType, name);
    if (manifest?.kind !== "manifest")
      invalid(name, `lacks the manifest ${digest} that its index names`);
    manifests.push(manifest);
  }
  return manifests;
}

function toText({ os, architecture }: Platform): string {
  return `${os}/${architecture}`;
}

/** Some indexes list a platform several times, for variants of it; the first is the plain one. */
function firstOfEach<T extends Descriptor & { readonly platform?: Platform }>(
  entries: readonly T[],
): T[] {
  const seen = new Map<string, T>();
  for (const entry of entries) {
    const key = entry.platform === undefined ? "" : toText(entry.platform);
    if (!seen.has(key)) seen.set(key, entry);
  }
  return [...seen.values()];
}

async function readBase(
  repository: RegistryRepository,
  manifest: Manifest,
  base: { name: string; digest: string },
): Promise<BaseImage> {
  if (manifest.config.size > MAX_CONFIG_BYTES)
    invalid(base.name, `has a configuration of more than ${MAX_CONFIG_BYTES} bytes`);
  const bytes = await collect(await repository.openBlob(manifest.config), MAX_CONFIG_BYTES);
  const config = parseConfig(bytes ?? new Uint8Array(), base.name);
  if (config.rootfs.diff_ids.length !== manifest.layers.length) {
    invalid(base.name, "lists other layers in its configuration than in its manifest");
  }
  return { ...base, config, layers: manifest.layers };
}
