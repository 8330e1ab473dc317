import { buildIndex, buildManifest } from "../src/image-config.ts";
import { packLayer } from "../src/layer.ts";
import { parseReference } from "../src/reference.ts";
import { RegistryRepository } from "../src/registry-repository.ts";
import type { RegistryOptions } from "../src/registry-session.ts";

/** Pushes a tiny base image for these architectures, whose `/etc/base` names its own. */
export async function pushBase(
  reference: string,
  architectures: readonly string[],
  options: RegistryOptions = {},
): Promise<void> {
  const { registry, repository, tag } = {
    repository: "",
    tag: "",
    registry: "",
    ...parseReference(reference),
  };
  const to = new RegistryRepository(registry, repository, { ...options, access: "pull,push" });
  const images = [];
  for (const architecture of architectures) {
    const layer = await packLayer("files", [
      { path: "/etc/base", bytes: Buffer.from(architecture) },
    ]);
    const empty = {
      name: "scratch",
      digest: "",
      layers: [],
      config: {
        os: "linux",
        architecture,
        config: { Env: ["PATH=/usr/bin"], User: "node", Entrypoint: ["entry.sh"] },
        rootfs: { type: "layers" as const, diff_ids: [] },
        history: [],
      },
    };
    const image = buildManifest({ flowName: "base", layers: [layer], envVars: {} }, empty);
    await to.putBlob(layer.descriptor, () => Buffer.from(layer.bytes));
    await to.putBlob(image.config.descriptor, () => Buffer.from(image.config.bytes));
    await to.putManifest(image.manifest.descriptor.digest, {
      bytes: image.manifest.bytes,
      mediaType: image.manifest.descriptor.mediaType,
    });
    images.push(image);
  }
  const top = images.length > 1 ? buildIndex(images) : images[0]?.manifest;
  if (top === undefined) throw new Error("a base image needs an architecture");
  await to.putManifest(tag, { bytes: top.bytes, mediaType: top.descriptor.mediaType });
}
