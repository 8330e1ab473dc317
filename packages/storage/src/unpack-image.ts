import { mkdir, readdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { isSlipwayError, messageOf, SlipwayError } from "@slipway/core";
import { applyLayer } from "./apply-layer.ts";
import { ConfinedFolder, LeavesFolderError } from "./confined-folder.ts";
import { type ImageConfig, invalid } from "./manifest.ts";
import { compressionOf } from "./media-types.ts";
import { type OpenedImage, type OpenImageOptions, openImage } from "./open-image.ts";

/** More than any image that a flow should have, and less than what fills a disk by a few crafted bytes. */
const MAX_UNPACKED_BYTES = 32 * 1024 ** 3;

/**
 * Applies an image's layers to an empty folder (made where it is missing). Returns the image's configuration.
 * Throws what `openImage` throws, and `IMAGE_INVALID` where a path or link leaves the folder; the folder is empty then.
 */
export async function unpackImage(
  reference: string,
  directory: string,
  options: OpenImageOptions = {},
): Promise<ImageConfig> {
  const image = await openImage(reference, options);
  const config = await image.readConfig();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const root = await realpath(directory);
  await assertEmpty(root);
  try {
    await applyLayers(image, root);
  } catch (error) {
    for (const name of await readdir(root))
      await rm(join(root, name), { recursive: true, force: true });
    throw toUnpackError(reference, error);
  }
  return config;
}

async function assertEmpty(root: string): Promise<void> {
  if ((await readdir(root)).length === 0) return;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `${root} is not empty: give an empty folder to unpack an image into`,
    {
      path: "directory",
      given: root,
      accepted: "an empty folder",
    },
  );
}

async function applyLayers(image: OpenedImage, root: string): Promise<void> {
  const folder = new ConfinedFolder(root);
  const budget = { bytes: MAX_UNPACKED_BYTES };
  for (const layer of image.layers) {
    const compression = compressionOf(layer.mediaType);
    if (compression === undefined || compression === "zstd") {
      const what = `has a layer of the type ${layer.mediaType}, which Slipway cannot unpack`;
      invalid(image.reference, `${what}: use a base image with gzip layers`);
    }
    await applyLayer(await image.openBlob(layer), compression, folder, budget);
  }
  await folder.checkLinks();
}

function toUnpackError(reference: string, error: unknown): unknown {
  if (isSlipwayError(error)) return error;
  const what =
    error instanceof LeavesFolderError
      ? `has an entry that leaves its folder (${error.message}), so nothing of it was kept`
      : `cannot be unpacked: ${messageOf(error)}`;
  return new SlipwayError(
    "IMAGE_INVALID",
    `The image ${reference} ${what}`,
    { image: reference },
    { cause: error },
  );
}
