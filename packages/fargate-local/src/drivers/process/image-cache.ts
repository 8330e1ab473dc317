import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ImageDefaults } from "../../model/container-plan.ts";
import type { ImageRequest } from "../driver.ts";
import type { ImageReader } from "./image-reader.ts";

export interface UnpackedImage {
  /** The image's files; shared between tasks, so nothing may write there. */
  readonly root: string;
  readonly digest: string;
  readonly defaults: ImageDefaults;
}

const recordSchema = z.object({
  entrypoint: z.array(z.string()),
  cmd: z.array(z.string()),
  env: z.array(z.string()),
  workingDir: z.string().optional(),
});

/** Images unpacked once each, in a folder by digest. */
export class ImageCache {
  readonly #directory: string;
  readonly #reader: ImageReader;
  readonly #pulls = new Set<Promise<UnpackedImage>>();
  readonly #unpacking = new Map<string, Promise<UnpackedImage>>();

  constructor(directory: string, reader: ImageReader) {
    this.#directory = directory;
    this.#reader = reader;
  }

  /** Unpacks the image unless that was done before; once, when several tasks ask at the same time. */
  pull(image: ImageRequest): Promise<UnpackedImage> {
    const pull = this.#pull(image).finally(() => this.#pulls.delete(pull));
    this.#pulls.add(pull);
    return pull;
  }

  /** Settles when no pull goes on: those that a stopped task left behind, too. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#pulls);
  }

  async #pull(image: ImageRequest): Promise<UnpackedImage> {
    const digest = await this.#reader.digest(image);
    const name = folderOf(digest, image.platform);
    const running = this.#unpacking.get(name);
    if (running !== undefined) return running;
    const unpacking = this.#findOrUnpack(image, digest, name).finally(() =>
      this.#unpacking.delete(name),
    );
    this.#unpacking.set(name, unpacking);
    return unpacking;
  }

  async #findOrUnpack(image: ImageRequest, digest: string, name: string): Promise<UnpackedImage> {
    const directory = join(this.#directory, name);
    const root = join(directory, "root");
    const known = await readDefaults(directory);
    if (known !== undefined) return { root, digest, defaults: known };
    const draft = `${directory}.draft`;
    await rm(draft, { recursive: true, force: true });
    try {
      await mkdir(join(draft, "root"), { recursive: true });
      const defaults = await this.#reader.unpack(image, join(draft, "root"));
      await makeFilesReadOnly(join(draft, "root"));
      await writeFile(join(draft, "image.json"), JSON.stringify(defaults));
      await rm(directory, { recursive: true, force: true });
      await rename(draft, directory);
      return { root, digest, defaults };
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  }
}

/** An index has one digest for the images of all platforms. */
function folderOf(digest: string, platform: string | undefined): string {
  const name = digest.replace(":", "-");
  return platform === undefined ? name : `${name}-${platform.replaceAll("/", "-")}`;
}

async function readDefaults(directory: string): Promise<ImageDefaults | undefined> {
  try {
    const text = await readFile(join(directory, "image.json"), "utf8");
    const { workingDir, ...defaults } = recordSchema.parse(JSON.parse(text));
    return workingDir === undefined ? defaults : { ...defaults, workingDir };
  } catch {
    // Not there, or not whole: the image is unpacked anew.
    return undefined;
  }
}

/** Folders stay writable, or only root could ever remove the cache. */
async function makeFilesReadOnly(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await makeFilesReadOnly(path);
    else if (entry.isFile()) await chmod(path, 0o555);
  }
}
