import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  type FlowDescription,
  invariant,
  type SerializedEnvironment,
  SlipwayError,
} from "@slipway/core";
import { type OpenedBase, openBase } from "./base-image.ts";
import type { FlowBundle } from "./bundle-flow.ts";
import { checkStructure } from "./check-structure.ts";
import { type DockerOptions, parseDockerOptions } from "./docker-options.ts";
import { packFlowLayers, readFiles } from "./flow-layers.ts";
import { type BuiltManifest, buildIndex, buildManifest } from "./image-config.ts";
import { defaultTag, type ImageTarget, toImageTarget } from "./image-name.ts";
import type { Layer } from "./layer.ts";
import type { Descriptor, Platform } from "./manifest.ts";
import {
  type ImageContent,
  type PushOutcome,
  pushToRegistry,
  writeToLayout,
} from "./push-image.ts";
import { formatReference, parseReference } from "./reference.ts";
import type { RegistryOptions } from "./registry-session.ts";

const DEFAULT_BASE_IMAGE = "node:20-slim";

export interface BuildImageOptions extends RegistryOptions {
  readonly bundle: FlowBundle;
  /** What the bundle says of itself in the flow's folder. */
  readonly description: FlowDescription;
  /** By default the storage that the flow was given, or none. */
  readonly storage?: DockerOptions | undefined;
  /** Where OCI layout folders go, when no registry is given. */
  readonly imagesDir: string;
  /** Takes lines about what is done. */
  readonly log?: ((line: string) => void) | undefined;
  readonly timeoutMs?: number | undefined;
  /** Called with the image's platforms before anything is stored; what it throws ends the build. An image without a base has none. */
  readonly checkPlatforms?: ((platforms: readonly Platform[]) => void | Promise<void>) | undefined;
}

export interface BuiltLayer {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  /** False where it was there already, or was mounted from another repository. */
  readonly pushed: boolean;
}

export interface BuiltImage {
  /** The image by digest, as an agent reads it and a task definition names it. */
  readonly reference: string;
  readonly digest: string;
  /** The image's name with its tag, for people. */
  readonly name: string;
  readonly layers: readonly BuiltLayer[];
  /** How many bytes of blobs and manifests were not there before. */
  readonly pushedBytes: number;
  /** True where nothing at all was pushed. */
  readonly alreadyThere: boolean;
}

/**
 * Makes a flow's image and stores it: in a registry, or in an OCI layout folder where none is given. The same flow on the same base
 * has the same digest on every machine. Nothing is stored before the flow has been checked from the image's own bytes.
 * Throws `FLOW_WITHOUT_ENVIRONMENT`, `STRUCTURE_MISMATCH`, `BASE_IMAGE_NOT_FOUND`, `INVALID_ARGUMENT` and what registries make of it.
 */
export async function buildImage(options: BuildImageOptions): Promise<BuiltImage> {
  const { bundle, description } = options;
  const log = options.log ?? (() => {});
  const flowName = description.structure.name;
  const storage = toStorage(options);
  const environment = requireEnvironment(description);
  const envVars = storage.envVars ?? {};

  const files = await readFiles(storage.files ?? {}, dirname(bundle.file));
  const layers = await packFlowLayers(await readFile(bundle.path), environment, files);
  const target = toImageTarget(storage, flowName);
  const base = await openBaseFor(target, storage, options);
  log(`checking the flow "${flowName}" as it is in its image`);
  await checkStructure({
    structure: description.structure,
    bundleLayer: bundleOf(layers),
    envVars,
    timeoutMs: options.timeoutMs,
  });

  const parts = { flowName, layers, envVars };
  const built = base?.images.map((image) => buildManifest(parts, image)) ?? [buildManifest(parts)];
  if (base !== undefined) await options.checkPlatforms?.(built.map(({ platform }) => platform));
  const content = toContent(built, layers, base, storage.imageTag);
  return store({ target, content, base, built, options, log });
}

function toStorage({ storage, description }: BuildImageOptions): DockerOptions {
  const given = storage ?? description.storage?.options ?? {};
  const options = parseDockerOptions(given);
  if (options.baseImage === undefined || options.registryUrl !== undefined) return options;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    "Docker storage: baseImage needs a registryUrl to push to; without a registry a flow's image has no base, and is run by the host's Node.js",
    {
      path: "baseImage",
      given: options.baseImage,
      accepted: "a baseImage together with a registryUrl",
    },
  );
}

function requireEnvironment({ environment, structure }: FlowDescription): SerializedEnvironment {
  if (environment !== null) return environment;
  throw new SlipwayError(
    "FLOW_WITHOUT_ENVIRONMENT",
    `The flow "${structure.name}" has no environment, so no agent could launch it: give it one, for example new FargateTaskEnvironment({ ... })`,
    { flow: structure.name },
  );
}

function bundleOf(layers: readonly Layer[]): Layer {
  const layer = layers.find(({ role }) => role === "bundle");
  invariant(layer, "A flow's image has no bundle");
  return layer;
}

async function openBaseFor(
  target: ImageTarget,
  storage: DockerOptions,
  options: RegistryOptions,
): Promise<OpenedBase | undefined> {
  if (target.registry === undefined) return undefined;
  const reference = parseReference(storage.baseImage ?? DEFAULT_BASE_IMAGE);
  invariant(reference.kind === "registry", "A base image is in a registry");
  return openBase(reference, options);
}

function toContent(
  built: readonly BuiltManifest[],
  layers: readonly Layer[],
  base: OpenedBase | undefined,
  imageTag: string | undefined,
): ImageContent {
  const manifests = built.map(({ manifest }) => manifest);
  const all = built.length > 1 ? [...manifests, buildIndex(built)] : manifests;
  const top = all.at(-1);
  invariant(top, "An image has no manifest");
  return {
    ownBlobs: [...layers, ...built.map(({ config }) => config)],
    baseLayers: distinct(base?.images.flatMap((image) => image.layers) ?? []),
    manifests: all,
    top,
    tag: imageTag ?? defaultTag(top.descriptor.digest),
  };
}

function distinct(layers: readonly Descriptor[]): Descriptor[] {
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

interface StoreInput {
  readonly target: ImageTarget;
  readonly content: ImageContent;
  readonly base: OpenedBase | undefined;
  readonly built: readonly BuiltManifest[];
  readonly options: BuildImageOptions;
  readonly log: (line: string) => void;
}

async function store(input: StoreInput): Promise<BuiltImage> {
  const { target, content, base, built, options, log } = input;
  const { digest } = content.top.descriptor;
  const { repository, registry } = target;
  let outcome: PushOutcome;
  let names: { reference: string; name: string };
  if (registry === undefined || base === undefined) {
    const folder = resolve(join(options.imagesDir, repository));
    outcome = await writeToLayout(folder, content);
    names = {
      reference: formatReference({ kind: "layout", folder, digest }),
      name: `${repository}:${content.tag}`,
    };
  } else {
    outcome = await pushToRegistry(
      { registry, repository, dockerConfigFile: options.dockerConfigFile },
      content,
      base,
    );
    names = {
      reference: formatReference({ kind: "registry", registry, repository, digest }),
      name: formatReference({ kind: "registry", registry, repository, tag: content.tag }),
    };
  }
  const { alreadyThere, pushedBytes, pushed } = outcome;
  log(
    alreadyThere ? `${names.name} is there already` : `stored ${names.name} (${pushedBytes} bytes)`,
  );
  const layers = distinct(built.flatMap((image) => image.layers)).map((layer) => ({
    digest: layer.digest,
    size: layer.size,
    mediaType: layer.mediaType,
    pushed: pushed.has(layer.digest),
  }));
  return { ...names, digest, layers, pushedBytes, alreadyThere };
}
