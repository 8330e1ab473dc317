import { canonicalJson, FLOW_COMMAND, type JsonObject } from "@slipway/core";
import { sha256 } from "./digest.ts";
import type { Layer } from "./layer.ts";
import type { ContainerConfig, Descriptor, ImageConfig, ImageIndex, Platform } from "./manifest.ts";
import { OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, toOciLayerType } from "./media-types.ts";

/** Images of one flow carry one date, or the same flow would have another digest each time. */
const EPOCH = "1970-01-01T00:00:00Z";

/**
 * What an image without a base says of itself: Slipway's own layers run on any platform, but a configuration has
 * to name one. Such images are run with the host's own Node.js.
 */
const NO_BASE: ImageConfig = {
  os: "linux",
  architecture: "amd64",
  created: EPOCH,
  config: {},
  rootfs: { type: "layers", diff_ids: [] },
  history: [],
};

/** The image that the flow's layers go on. */
export interface BaseImage {
  readonly name: string;
  readonly digest: string;
  readonly config: ImageConfig;
  readonly layers: readonly Descriptor[];
}

export interface ImageParts {
  readonly flowName: string;
  readonly layers: readonly Layer[];
  readonly envVars: Readonly<Record<string, string>>;
}

/** Something that is stored under its digest. */
export interface Blob {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** One platform's image: its configuration and its manifest, which names it. */
export interface BuiltManifest {
  readonly platform: Platform;
  readonly config: Blob;
  readonly manifest: Blob;
  readonly layers: readonly Descriptor[];
}

/** Puts the flow's layers on a base image (or on none). Pure: equal parts give equal bytes. */
export function buildManifest(parts: ImageParts, base?: BaseImage): BuiltManifest {
  const image = mergeConfig(parts, base?.config ?? NO_BASE);
  const config = toBlob(image, OCI_CONFIG);
  const layers = [
    ...(base?.layers ?? []).map((layer) => ({
      ...layer,
      mediaType: toOciLayerType(layer.mediaType),
    })),
    ...parts.layers.map((layer) => layer.descriptor),
  ];
  const annotations = base && {
    "org.opencontainers.image.base.digest": base.digest,
    "org.opencontainers.image.base.name": base.name,
  };
  const manifest = toBlob(
    {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: config.descriptor,
      layers,
      ...(annotations === undefined ? {} : { annotations }),
    },
    OCI_MANIFEST,
  );
  const variant = image["variant"];
  const platform = {
    os: image.os,
    architecture: image.architecture,
    ...(typeof variant === "string" ? { variant } : {}),
  };
  return { platform, config, manifest, layers };
}

/** One name for the images of several platforms. */
export function buildIndex(images: readonly BuiltManifest[]): Blob {
  const manifests: ImageIndex["manifests"] = images.map(({ manifest, platform }) => ({
    ...manifest.descriptor,
    platform,
  }));
  return toBlob({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }, OCI_INDEX);
}

function mergeConfig(parts: ImageParts, base: ImageConfig): ImageConfig {
  const created = base.created ?? EPOCH;
  return {
    ...base,
    created,
    config: mergeContainerConfig(parts, base.config),
    rootfs: {
      type: "layers",
      diff_ids: [...base.rootfs.diff_ids, ...parts.layers.map((layer) => layer.diffId)],
    },
    history: [...base.history, ...parts.layers.map((layer) => toHistory(layer, created))],
  };
}

/**
 * The base's user, folder and the like stay. Its entrypoint goes: the command is in exec form, and what a task
 * definition overrides is the command alone, so an entrypoint would be put before it.
 */
function mergeContainerConfig(parts: ImageParts, base: ContainerConfig): ContainerConfig {
  return {
    ...base,
    Entrypoint: [],
    Cmd: [...FLOW_COMMAND],
    Env: mergeVariables(base.Env ?? [], parts.envVars),
    Labels: { ...base.Labels, "org.slipway.flow": parts.flowName },
  };
}

function mergeVariables(
  base: readonly string[],
  added: Readonly<Record<string, string>>,
): readonly string[] {
  const kept = base.filter((entry) => !Object.hasOwn(added, entry.split("=", 1)[0] ?? ""));
  const own = Object.entries(added).map(([name, value]) => `${name}=${value}`);
  return [...kept, ...own.sort()];
}

function toHistory(layer: Layer, created: string): JsonObject {
  return { created, created_by: `slipway: ${layer.role}` };
}

function toBlob(value: unknown, mediaType: string): Blob {
  const bytes = Buffer.from(canonicalJson(value));
  return { descriptor: { mediaType, digest: sha256(bytes), size: bytes.byteLength }, bytes };
}
