export type { ContainerConfig, Descriptor, ImageConfig } from "./manifest.ts";
export { type OpenedImage, type OpenImageOptions, openImage } from "./open-image.ts";
export { readEnvironment } from "./read-environment.ts";
export {
  formatReference,
  type ImageReference,
  type LayoutReference,
  parseReference,
  type RegistryReference,
} from "./reference.ts";
export { unpackImage } from "./unpack-image.ts";
