import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { openBase } from "../packages/storage/src/base-image.ts";
import { sha256 } from "../packages/storage/src/digest.ts";
import { OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST } from "../packages/storage/src/media-types.ts";
import { pushToRegistry } from "../packages/storage/src/push-image.ts";
import { parseReference } from "../packages/storage/src/reference.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

export interface SlipwayImage {
  readonly repository: string;
  readonly digest: string;
  /** Of the layer that is added to the base. */
  readonly bytes: number;
}

/**
 * Makes Slipway's own image as its Dockerfile does, with no engine: what was built goes as one layer on the base, and what
 * the image says of itself is read from the Dockerfile.
 */
export async function pushSlipwayImage(
  registry: string,
  baseImage: string,
  folder: string,
): Promise<SlipwayImage> {
  const layer = await packLayer(folder);
  const reference = parseReference(baseImage);
  if (reference.kind !== "registry") throw new Error(`${baseImage} is in no registry`);
  const base = await openBase(reference, {});
  const [image] = base.images;
  if (image === undefined) throw new Error(`${baseImage} has no platform`);
  const { rootfs } = image.config;
  const config = toBlob(OCI_CONFIG, {
    ...image.config,
    config: await containerConfig(image.config.config.Env ?? []),
    rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids, layer.diffId] },
    history: [],
  });
  const manifest = toBlob(OCI_MANIFEST, {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: config.descriptor,
    layers: [...image.layers, layer.descriptor],
  });
  const repository = "slipway-test/slipway";
  const content = {
    ownBlobs: [layer, config],
    baseLayers: image.layers,
    manifests: [manifest],
    top: manifest,
    tag: "e2e",
  };
  await pushToRegistry({ registry, repository }, content, base);
  const { digest } = manifest.descriptor;
  return { repository: `${registry}/${repository}`, digest, bytes: layer.bytes.length };
}

async function packLayer(folder: string) {
  const root = join(folder, "image");
  await run(process.execPath, ["scripts/image.mjs", root], { cwd: ROOT });
  const file = join(folder, "layer.tar.gz");
  const owners = ["--owner=0", "--group=0", "--numeric-owner", "--mode=a+rX"];
  await run("tar", ["-C", root, ...owners, "--use-compress-program=gzip -1n", "-cf", file, "."]);
  const bytes = await readFile(file);
  return { ...toBlob(OCI_LAYER_GZIP, bytes), diffId: sha256(gunzipSync(bytes)) };
}

async function containerConfig(base: readonly string[]) {
  const file = await readFile(join(ROOT, "Dockerfile"), "utf8");
  const last = file.slice(file.lastIndexOf("\nFROM "));
  const said = (instruction: string) =>
    new RegExp(`^${instruction} (?<words>.+)$`, "m").exec(last)?.groups?.["words"] ?? "";
  return {
    Env: [...base, ...said("ENV").split(" ")],
    User: said("USER"),
    WorkingDir: said("WORKDIR"),
    Entrypoint: JSON.parse(said("ENTRYPOINT")),
    Cmd: JSON.parse(said("CMD")),
  };
}

function toBlob(mediaType: string, content: Uint8Array | object) {
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
  return { bytes, descriptor: { mediaType, digest: sha256(bytes), size: bytes.length } };
}
