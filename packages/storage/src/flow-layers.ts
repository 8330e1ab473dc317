import { readdir, readFile, stat } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import {
  canonicalJson,
  ENVIRONMENT_FILE_PATH,
  FLOW_FILE_PATH,
  messageOf,
  type SerializedEnvironment,
  SlipwayError,
} from "@slipway/core";
import { type Layer, type LayerFile, packLayer } from "./layer.ts";

/**
 * A flow's own layers, the one that changes least first. `environment.json` is alone in its layer, so that an
 * agent reads a few hundred bytes and not the image.
 */
export async function packFlowLayers(
  bundle: Uint8Array,
  environment: SerializedEnvironment,
  files: readonly LayerFile[],
): Promise<Layer[]> {
  const content = Buffer.from(canonicalJson(environment));
  return [
    ...(files.length === 0 ? [] : [await packLayer("files", files)]),
    await packLayer("bundle", [{ path: FLOW_FILE_PATH, bytes: bundle }]),
    await packLayer("environment", [{ path: ENVIRONMENT_FILE_PATH, bytes: content }]),
  ];
}

/** Reads the author's `files` from disk: files, and folders with all that they hold. */
export async function readFiles(
  files: Readonly<Record<string, string>>,
  folder: string,
): Promise<LayerFile[]> {
  const found: LayerFile[] = [];
  for (const [source, target] of Object.entries(files)) {
    const path = resolve(folder, source);
    try {
      found.push(...(await readTree(path, posix.normalize(target).replace(/\/+$/, ""))));
    } catch (error) {
      throw unreadable(source, path, error);
    }
  }
  return found;
}

function unreadable(source: string, path: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    "INVALID_ARGUMENT",
    `The file ${path}, which the flow's storage puts into the image, cannot be read: ${messageOf(cause)}`,
    { path: `files[${JSON.stringify(source)}]`, given: path, accepted: "a file or folder" },
    { cause },
  );
}

async function readTree(path: string, target: string): Promise<LayerFile[]> {
  const info = await stat(path);
  if (!info.isDirectory()) {
    const executable = (info.mode & 0o100) !== 0;
    return [{ path: target, bytes: await readFile(path), executable }];
  }
  const found: LayerFile[] = [];
  for (const entry of await readdir(path)) {
    found.push(...(await readTree(join(path, entry), posix.join(target, entry))));
  }
  return found;
}
