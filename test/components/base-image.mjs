import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ARCHITECTURE, digestOf, FIXED_TAR, fillWithBusybox } from "./busybox.mjs";

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Makes an image of this machine's own node, the libraries it needs and a busybox shell, and pushes it
 * to a registry: no image is fetched from anywhere. Returns its reference by tag.
 */
export async function pushBaseImage(host, folder) {
  const root = join(folder, "base-image");
  fillRoot(root);
  const layer = packLayer(root, join(folder, "base-image.tar.gz"));
  const config = Buffer.from(JSON.stringify(imageConfig(layer)));
  const repository = `http://${host}/v2/slipway-test/node`;
  const descriptors = await Promise.all([config, layer].map((blob) => pushBlob(repository, blob)));
  const tag = process.versions.node;
  await pushManifest(`${repository}/manifests/${tag}`, descriptors);
  return `${host}/slipway-test/node:${tag}`;
}

function fillRoot(root) {
  fillWithBusybox(root);
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  cpSync(process.execPath, join(root, "usr/local/bin/node"), { dereference: true });
  for (const library of librariesOf(process.execPath)) copyIn(root, library);
  if (existsSync(CERTIFICATES)) copyIn(root, CERTIFICATES);
}

/** Every path that ldd prints, the dynamic loader among them. */
function librariesOf(program) {
  const lines = execFileSync("ldd", [program], { encoding: "utf8" }).split("\n");
  return lines.map((line) => /(\/\S+) \(0x/.exec(line)?.[1]).filter((path) => path !== undefined);
}

function copyIn(root, path) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  cpSync(path, join(root, path), { dereference: true });
}

function packLayer(root, file) {
  execFileSync("tar", [
    "-C",
    root,
    ...FIXED_TAR,
    "--use-compress-program=gzip -1n",
    "-cf",
    file,
    ".",
  ]);
  return readFileSync(file);
}

function imageConfig(layer) {
  return {
    architecture: ARCHITECTURE,
    os: "linux",
    config: { Env: ["PATH=/usr/local/bin:/bin"], Cmd: ["node"], WorkingDir: "/" },
    rootfs: { type: "layers", diff_ids: [digestOf(gunzipSync(layer))] },
  };
}

async function pushBlob(repository, blob) {
  const digest = digestOf(blob);
  const begun = await send(`${repository}/blobs/uploads/`, { method: "POST" });
  const location = new URL(begun.headers.get("location"), repository);
  location.searchParams.set("digest", digest);
  await send(location, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: blob,
  });
  return { digest, size: blob.length };
}

async function pushManifest(url, [config, layer]) {
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...layer }],
  };
  const headers = { "content-type": mediaType };
  await send(url, { method: "PUT", headers, body: JSON.stringify(manifest) });
}

async function send(url, options) {
  const answer = await fetch(url, options);
  if (answer.ok) return answer;
  throw new Error(`${options.method} ${url} was answered ${answer.status}: ${await answer.text()}`);
}
