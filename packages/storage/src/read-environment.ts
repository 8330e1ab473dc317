import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ENVIRONMENT_FILE_PATH, isPlainObject, type SerializedEnvironment } from "@slipway/core";
import { extract } from "tar-stream";
import { collect } from "./digest.ts";
import { LAYER_ANNOTATION } from "./layer.ts";
import { invalid } from "./manifest.ts";
import { type OpenedImage, type OpenImageOptions, openImage } from "./open-image.ts";

const MAX_ENVIRONMENT_BYTES = 8 * 1024 * 1024;

/**
 * Reads the environment from a flow's image: the manifest and one small blob. Nothing of its content
 * appears in an error. Throws what `openImage` throws, and `IMAGE_INVALID` where the image holds none.
 */
export async function readEnvironment(
  reference: string,
  options: OpenImageOptions = {},
): Promise<SerializedEnvironment> {
  const image = await openImage(reference, options);
  const tar = await readEnvironmentLayer(image);
  const content = await findInTar(tar, ENVIRONMENT_FILE_PATH);
  const environment = content && parseEnvironment(content);
  if (environment) return environment;
  return invalid(
    reference,
    "has an environment layer without a readable environment.json: register the flow again",
  );
}

async function readEnvironmentLayer(image: OpenedImage): Promise<Buffer> {
  const layer = image.layers.findLast(
    ({ annotations }) => annotations?.[LAYER_ANNOTATION] === "environment",
  );
  if (layer === undefined) {
    invalid(image.reference, "has no environment layer: it was not made by slipway register");
  }
  const bytes = await image.readBlob(layer, MAX_ENVIRONMENT_BYTES);
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_ENVIRONMENT_BYTES });
  } catch {
    return invalid(
      image.reference,
      "has an environment layer that cannot be unpacked: register the flow again",
    );
  }
}

async function findInTar(tar: Buffer, path: string): Promise<Buffer | undefined> {
  const entries = extract();
  entries.end(tar);
  let found: Buffer | undefined;
  try {
    for await (const entry of entries) {
      const content = await collect(entry, MAX_ENVIRONMENT_BYTES);
      if (`/${entry.header.name.replace(/^\.?\/+/, "")}` === path) found = content;
    }
  } catch {
    return undefined;
  }
  return found;
}

/** JSON.parse quotes the text in its message, so a failure is passed on as nothing at all. */
function parseEnvironment(content: Buffer): SerializedEnvironment | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content.toString("utf8"));
  } catch {
    return undefined;
  }
  return isEnvironment(value) ? value : undefined;
}

function isEnvironment(value: unknown): value is SerializedEnvironment {
  return (
    isPlainObject(value) &&
    value["version"] === 1 &&
    typeof value["type"] === "string" &&
    isPlainObject(value["arguments"])
  );
}
