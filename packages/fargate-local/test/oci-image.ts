import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const BLOCK = 512;

export interface TestImage {
  readonly files: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Writes an OCI layout folder of one layer by hand, and returns the image's reference. */
export async function writeImage(
  folder: string,
  { files, config = {} }: TestImage,
): Promise<string> {
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const store = async (mediaType: string, bytes: Buffer) => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    await writeFile(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const layer = await store("application/vnd.oci.image.layer.v1.tar", tar(files));
  const image = await store(
    "application/vnd.oci.image.config.v1+json",
    json({
      os: "linux",
      architecture: "amd64",
      config,
      rootfs: { type: "layers", diff_ids: [layer.digest] },
      history: [],
    }),
  );
  const manifest = await store(
    "application/vnd.oci.image.manifest.v1+json",
    json({ schemaVersion: 2, config: image, layers: [layer] }),
  );
  await writeFile(join(folder, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(folder, "index.json"), json({ schemaVersion: 2, manifests: [manifest] }));
  return `oci://${folder}@${manifest.digest}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function tar(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
    return [header(name, bytes.length), bytes, padding];
  });
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write("0000755\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
