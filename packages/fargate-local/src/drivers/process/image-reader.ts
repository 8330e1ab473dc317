import { SlipwayError } from "@slipway/core";
import type { ImageConfig, OpenImageOptions } from "@slipway/storage/read";
import { z } from "zod";
import type { ImageDefaults } from "../../model/container-plan.ts";
import type { ImageRequest } from "../driver.ts";
import { withConfigFile } from "./registry-config.ts";

/** Reads images from where they are kept. */
export interface ImageReader {
  /** The digest of what a reference names now. */
  digest(image: ImageRequest): Promise<string>;
  /** Writes the image's files to a folder, and says how its container starts. */
  unpack(image: ImageRequest, directory: string): Promise<ImageDefaults>;
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
  async digest(image) {
    const named = /@(sha256:[0-9a-f]{64})$/.exec(image.reference)?.[1];
    if (named !== undefined) return named;
    const { openImage } = await import("@slipway/storage/read");
    return withOptions(
      image,
      async (options) => (await openImage(image.reference, options)).digest,
    );
  },
  async unpack(image, directory) {
    const { unpackImage } = await import("@slipway/storage/read");
    const configuration = await withOptions(image, (options) =>
      unpackImage(image.reference, directory, options),
    );
    assertPlatform(configuration, image.platform);
    return toImageDefaults(configuration);
  },
};

/** An image of one platform is found whatever platform was asked for. Throws `IMAGE_INVALID`. */
function assertPlatform({ os, architecture }: ImageConfig, platform: string | undefined): void {
  if (platform === undefined || platform === `${os}/${architecture}`) return;
  const message = `no image for ${platform}, only for ${os}/${architecture}`;
  throw new SlipwayError("IMAGE_INVALID", message, { platform });
}

async function withOptions<T>(
  image: ImageRequest,
  read: (options: OpenImageOptions) => Promise<T>,
): Promise<T> {
  const platform = image.platform === undefined ? {} : { platform: image.platform };
  if (image.credentials === undefined) return read(platform);
  return withConfigFile(image.reference, image.credentials, (dockerConfigFile) =>
    read({ ...platform, dockerConfigFile }),
  );
}
