export {
  type BuildImageOptions,
  type BuiltImage,
  type BuiltLayer,
  buildImage,
} from "./build-image.ts";
export { type BundleFlowOptions, bundleFlow, type FlowBundle } from "./bundle-flow.ts";
export { type CheckStructureOptions, checkStructure } from "./check-structure.ts";
export { type DescribeBundleOptions, describeBundle } from "./describe-bundle.ts";
export { repositoryOf } from "./image-name.ts";
