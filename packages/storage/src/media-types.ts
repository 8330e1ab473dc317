export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
export const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
export const OCI_LAYER_GZIP = `${OCI_LAYER}+gzip`;
const OCI_LAYER_ZSTD = `${OCI_LAYER}+zstd`;
const DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip";
const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

/** What a registry is asked for when a manifest is read. */
export const MANIFEST_TYPES: readonly string[] = Object.freeze([
  OCI_INDEX,
  OCI_MANIFEST,
  DOCKER_INDEX,
  DOCKER_MANIFEST,
]);

export type Compression = "gzip" | "none" | "zstd";

/** How each kind of layer is compressed, and its name in an OCI manifest: Docker's layers are the same bytes. */
const LAYERS: Readonly<
  Record<string, { readonly compression: Compression; readonly oci: string }>
> = {
  [OCI_LAYER]: { compression: "none", oci: OCI_LAYER },
  [OCI_LAYER_GZIP]: { compression: "gzip", oci: OCI_LAYER_GZIP },
  [OCI_LAYER_ZSTD]: { compression: "zstd", oci: OCI_LAYER_ZSTD },
  [DOCKER_LAYER]: { compression: "none", oci: OCI_LAYER },
  [DOCKER_LAYER_GZIP]: { compression: "gzip", oci: OCI_LAYER_GZIP },
};

export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_INDEX;
}

export function isManifestType(mediaType: string): boolean {
  return mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST;
}

/** How a layer of this type is compressed; nothing where the type is unknown. */
export function compressionOf(mediaType: string): Compression | undefined {
  return LAYERS[mediaType]?.compression;
}

/** The type's name in an OCI manifest. */
export function toOciLayerType(mediaType: string): string {
  return LAYERS[mediaType]?.oci ?? mediaType;
}
