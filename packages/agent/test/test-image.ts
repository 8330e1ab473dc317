import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment, FlowStructure } from "@slipway/core";
import type { DockerOptions } from "@slipway/storage";
import { buildImage } from "@slipway/storage/build";
import { build } from "esbuild";

export const STRUCTURE: FlowStructure = {
  version: 1,
  name: "scripted",
  tasks: [],
  edges: [],
  parameters: [{ name: "milliseconds", required: false, default: 0, schema: {} }],
  referenceTasks: [],
};

const MAIN = fileURLToPath(new URL("./container/main.ts", import.meta.url));

/** Makes an image (an OCI layout folder, without a registry) that runs `container/main.ts` in this environment; answers its reference. */
export async function buildTestImage(
  folder: string,
  environment: Environment,
  storage: DockerOptions = {},
): Promise<string> {
  const description = {
    structure: STRUCTURE,
    environment: environment.serialize(),
    labels: environment.labels,
    storage: null,
  };
  const path = join(folder, "flow.mjs");
  await build({
    entryPoints: [MAIN],
    outfile: path,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["slipway-source"],
    define: { DESCRIPTION: JSON.stringify(JSON.stringify({ ...description, environment: null })) },
    logLevel: "silent",
  });
  await writeFile(join(folder, "flow.ts"), "");
  const bundle = {
    path,
    file: join(folder, "flow.ts"),
    digest: "",
    sizeBytes: (await stat(path)).size,
    remove: async () => {},
  };
  const { reference } = await buildImage({
    bundle,
    description,
    storage,
    imagesDir: join(folder, "images"),
  });
  return reference;
}
