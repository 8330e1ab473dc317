import type { FlowDescription } from "@slipway/core";
import type { DockerOptions } from "./docker-options.ts";
import { splitRegistryUrl } from "./docker-options.ts";
import { DOCKER_HUB } from "./reference.ts";

/** Where a flow's image goes. */
export interface ImageTarget {
  /** Absent where the image goes into a folder on this machine. */
  readonly registry: string | undefined;
  readonly repository: string;
}

const MAX_SLUG = 128;

/** A flow's name as a repository's: lower case, without accents, with dashes. */
export function slugOf(flowName: string): string {
  const slug = flowName
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_SLUG)
    .replace(/^-+|-+$/g, "");
  return slug || "flow";
}

export function toImageTarget(options: DockerOptions, flowName: string): ImageTarget {
  const name = options.imageName ?? slugOf(flowName);
  if (options.registryUrl === undefined) return { registry: undefined, repository: name };
  const { host, namespace } = splitRegistryUrl(options.registryUrl);
  return {
    registry: host ?? DOCKER_HUB,
    repository: namespace === "" ? name : `${namespace}/${name}`,
  };
}

/** The repository that a flow's image is pushed to, for example `registry.example:5000/flows/etl`; undefined where it stays in a folder. */
export function repositoryOf({ storage, structure }: FlowDescription): string | undefined {
  const { registry, repository } = toImageTarget(storage?.options ?? {}, structure.name);
  return registry === undefined ? undefined : `${registry}/${repository}`;
}

/**
 * The tag of an image that was given none: from its content, and not the time of day, so that registering
 * an unchanged flow finds its image and pushes nothing, and two machines name the same image alike.
 */
export function defaultTag(digest: string): string {
  return digest.slice("sha256:".length).slice(0, 12);
}
