import { isPlainObject, type JsonObject, SlipwayError } from "@slipway/core";
import { isIndexType, isManifestType } from "./media-types.ts";
import { isDigest } from "./reference.ts";

/** Names a blob or manifest, and says what it is. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface Manifest {
  readonly kind: "manifest";
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface ImageIndex {
  readonly kind: "index";
  readonly manifests: readonly (Descriptor & { readonly platform?: Platform })[];
}

/** An image's configuration; fields that Slipway does not know are kept. */
export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly created?: string;
  readonly config: ContainerConfig;
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly string[] };
  readonly history: readonly JsonObject[];
  readonly [other: string]: unknown;
}

export interface ContainerConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly [other: string]: unknown;
}

/** Reads a manifest or an index. Throws `IMAGE_INVALID`, naming `where` it was read. */
export function parseManifest(
  bytes: Uint8Array,
  mediaType: string,
  where: string,
): Manifest | ImageIndex {
  const value = parseObject(bytes, "manifest", where);
  const type = typeof value["mediaType"] === "string" ? value["mediaType"] : mediaType;
  if (isIndexType(type)) {
    return { kind: "index", manifests: parseDescriptors(value["manifests"], "manifests", where) };
  }
  if (!isManifestType(type)) {
    invalid(
      where,
      `has a manifest of the type ${type}, which is neither an OCI nor a Docker (v2, schema 2) one`,
    );
  }
  return {
    kind: "manifest",
    config: parseDescriptor(value["config"], "config", where),
    layers: parseDescriptors(value["layers"], "layers", where),
  };
}

/** Reads an image's configuration. Throws `IMAGE_INVALID`. */
export function parseConfig(bytes: Uint8Array, where: string): ImageConfig {
  const value = parseObject(bytes, "configuration", where);
  const { os, architecture, created } = value;
  const rootfs = isPlainObject(value["rootfs"]) ? value["rootfs"] : {};
  const diffIds: unknown = rootfs["diff_ids"];
  if (typeof os !== "string" || typeof architecture !== "string") {
    invalid(where, "names no platform in its configuration");
  }
  if (!Array.isArray(diffIds) || !diffIds.every((id) => typeof id === "string")) {
    invalid(where, "lists no layers in its configuration");
  }
  return {
    ...value,
    os,
    architecture,
    ...(typeof created === "string" ? { created } : {}),
    // Checked field by field where it is used: registries hold configurations of many makers.
    config: isPlainObject(value["config"]) ? value["config"] : {},
    rootfs: { type: "layers", diff_ids: diffIds },
    history: Array.isArray(value["history"])
      ? (value["history"].filter(isPlainObject) as JsonObject[])
      : [],
  };
}

export function invalid(where: string, what: string, cause?: unknown): never {
  throw new SlipwayError(
    "IMAGE_INVALID",
    `The image ${where} ${what}`,
    { image: where },
    { cause },
  );
}

function parseObject(bytes: Uint8Array, what: string, where: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (isPlainObject(value)) return value;
  } catch (cause) {
    invalid(where, `has a ${what} that is not JSON`, cause);
  }
  return invalid(where, `has a ${what} that is not a JSON object`);
}

function parseDescriptors(
  value: unknown,
  what: string,
  where: string,
): (Descriptor & { readonly platform?: Platform })[] {
  if (!Array.isArray(value)) invalid(where, `has no list of ${what} in its manifest`);
  return value.map((item) => parseDescriptor(item, what, where));
}

function parseDescriptor(
  value: unknown,
  what: string,
  where: string,
): Descriptor & { readonly platform?: Platform } {
  const item = isPlainObject(value) ? value : {};
  const { mediaType, digest, size, annotations, platform } = item;
  const right =
    typeof mediaType === "string" &&
    typeof digest === "string" &&
    isDigest(digest) &&
    typeof size === "number" &&
    Number.isSafeInteger(size) &&
    size >= 0;
  if (!right)
    invalid(where, `has something under ${what} of its manifest that is not a sha256 descriptor`);
  return {
    mediaType,
    digest,
    size,
    ...(isPlainObject(annotations) ? { annotations: onlyTexts(annotations) } : {}),
    ...(isPlatform(platform) ? { platform } : {}),
  };
}

function onlyTexts(object: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(object))
    if (typeof value === "string") texts[name] = value;
  return texts;
}

function isPlatform(value: unknown): value is Platform {
  return (
    isPlainObject(value) &&
    typeof value["os"] === "string" &&
    typeof value["architecture"] === "string"
  );
}
