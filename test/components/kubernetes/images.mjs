import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ARCHITECTURE, digestOf, FIXED_TAR, fillWithBusybox } from "../busybox.mjs";

/** What a node has without a registry: a shell for tests, and what holds a pod together. */
const IMAGES = [
  { name: "slipway.test/busybox:1", entrypoint: ["/bin/sh"] },
  { name: "slipway.test/pause:1", entrypoint: ["/bin/tail", "-f", "/dev/null"] },
];

/** Writes both images, which share one layer, as an archive that containerd imports, and answers its path. */
export function packImages(folder) {
  const root = join(folder, "root");
  fillWithBusybox(root);
  const layer = join(folder, "layer.tar");
  execFileSync("tar", ["-C", root, ...FIXED_TAR, "-cf", layer, "."]);
  const rootfs = { type: "layers", diff_ids: [digestOf(readFileSync(layer))] };
  const manifest = IMAGES.map(({ name, entrypoint }, index) => {
    const config = { Entrypoint: entrypoint, Env: ["PATH=/bin"] };
    const content = { architecture: ARCHITECTURE, os: "linux", config, rootfs };
    const file = `config-${index}.json`;
    writeFileSync(join(folder, file), JSON.stringify(content));
    return { Config: file, RepoTags: [name], Layers: ["layer.tar"] };
  });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  const archive = join(folder, "images.tar");
  const files = ["manifest.json", "layer.tar", ...manifest.map(({ Config }) => Config)];
  execFileSync("tar", ["-C", folder, "-cf", archive, ...files]);
  return archive;
}
