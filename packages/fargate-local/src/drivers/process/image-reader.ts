import { z } from "zod";
import type { ImageDefaults } from "../../model/container-plan.ts";

/** Reads images from where they are kept. */
export interface ImageReader {
  /** The digest of what a reference names now. */
  digest(reference: string): Promise<string>;
  /** Writes the image's files to a folder, and says how its container starts. */
  unpack(reference: string, directory: string): Promise<ImageDefaults>;
}

const configSchema = z.looseObject({
  config: z
    .looseObject({
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
    })
    .nullish(),
});

/** How a container of an image starts, from its OCI or Docker configuration. */
function toImageDefaults(configuration: unknown): ImageDefaults {
  const { config } = configSchema.parse(configuration);
  return {
    entrypoint: config?.Entrypoint ?? [],
    cmd: config?.Cmd ?? [],
    env: config?.Env ?? [],
    ...(config?.WorkingDir ? { workingDir: config.WorkingDir } : {}),
  };
}

/** Registries and OCI layout folders. */
export const imageReader: ImageReader = {
  async digest(reference) {
    const named = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
    if (named !== undefined) return named;
    const { openImage } = await import("@slipway/storage/read");
    return (await openImage(reference)).digest;
  },
  async unpack(reference, directory) {
    const { unpackImage } = await import("@slipway/storage/read");
    return toImageDefaults(await unpackImage(reference, directory));
  },
};
