import type { SerializedStorage } from "@slipway/core";
import { type DockerOptions, parseDockerOptions } from "./docker-options.ts";

/**
 * Keeps a flow in an image: pushed to `registryUrl`, or in an OCI layout folder on this machine where
 * no registry is given. A plain description; the throws of its constructor are `INVALID_ARGUMENT`.
 */
export class Docker {
  readonly type = "Docker";
  readonly options: DockerOptions;

  constructor(options: DockerOptions = {}) {
    this.options = parseDockerOptions(options);
    Object.freeze(this);
  }

  serialize(): SerializedStorage {
    return { type: this.type, options: JSON.parse(JSON.stringify(this.options)) };
  }
}
