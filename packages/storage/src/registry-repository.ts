import { SlipwayError } from "@slipway/core";
import { collect, sha256, verified } from "./digest.ts";
import { type ImageSource, MAX_MANIFEST_BYTES, type RawManifest } from "./image-source.ts";
import { type Descriptor, invalid } from "./manifest.ts";
import { MANIFEST_TYPES } from "./media-types.ts";
import { isDigest } from "./reference.ts";
import { type OpenBody, type RegistryOptions, RegistrySession } from "./registry-session.ts";

export interface RepositoryOptions extends RegistryOptions {
  readonly access?: "pull" | "pull,push";
  /** A repository of the same registry, whose blobs may be mounted. */
  readonly mountFrom?: string | undefined;
}

/** One repository of one registry, over the OCI distribution API. */
export class RegistryRepository implements ImageSource {
  readonly where: string;
  readonly #name: string;
  readonly #session: RegistrySession;

  constructor(registry: string, repository: string, options: RepositoryOptions = {}) {
    const { access = "pull", mountFrom } = options;
    const scopes = [`repository:${repository}:${access}`];
    if (mountFrom !== undefined) scopes.push(`repository:${mountFrom}:pull`);
    this.where = `${registry}/${repository}`;
    this.#name = repository;
    this.#session = new RegistrySession(registry, scopes, options);
  }

  async readManifest(tagOrDigest: string): Promise<RawManifest | undefined> {
    const response = await this.#session.send(this.#path(`manifests/${tagOrDigest}`), {
      headers: { accept: MANIFEST_TYPES.join(", ") },
    });
    if (response.status === 404) return discard(response);
    if (!response.ok)
      throw await this.#session.toError(
        `give the manifest ${tagOrDigest} of ${this.#name}`,
        response,
      );
    const bytes = response.body && (await collect(response.body, MAX_MANIFEST_BYTES));
    if (!bytes) invalid(this.where, `has a manifest of more than ${MAX_MANIFEST_BYTES} bytes`);
    const digest = sha256(bytes);
    const promised = isDigest(tagOrDigest)
      ? tagOrDigest
      : response.headers.get("docker-content-digest");
    if (promised !== null && promised !== digest) {
      invalid(this.where, `has a manifest ${promised} whose bytes have another digest`);
    }
    const mediaType = (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim() ?? "";
    return { bytes, mediaType, digest };
  }

  /** The digest that a tag has now, or a digest itself where it is there. */
  async findManifest(tagOrDigest: string): Promise<string | undefined> {
    const response = await this.#session.send(this.#path(`manifests/${tagOrDigest}`), {
      method: "HEAD",
      headers: { accept: MANIFEST_TYPES.join(", ") },
    });
    if (response.status === 404) return undefined;
    if (!response.ok)
      throw await this.#session.toError(`look up ${tagOrDigest} in ${this.#name}`, response);
    const digest = response.headers.get("docker-content-digest");
    return digest ?? (await this.readManifest(tagOrDigest))?.digest;
  }

  async putManifest(
    tagOrDigest: string,
    manifest: { bytes: Uint8Array; mediaType: string },
  ): Promise<void> {
    const response = await this.#session.send(this.#path(`manifests/${tagOrDigest}`), {
      method: "PUT",
      headers: { "content-type": manifest.mediaType },
      body: () => Buffer.from(manifest.bytes),
    });
    if (!response.ok)
      throw await this.#session.toError(
        `take the manifest ${tagOrDigest} into ${this.#name}`,
        response,
      );
    await response.body?.cancel();
  }

  async openBlob(blob: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#session.send(this.#path(`blobs/${blob.digest}`), {
      withoutTimeout: true,
    });
    if (response.status === 404)
      invalid(this.where, `lacks the blob ${blob.digest} that its manifest names`);
    if (!response.ok || response.body === null) {
      throw await this.#session.toError(`give the blob ${blob.digest} of ${this.#name}`, response);
    }
    return verified(response.body, blob, this.where);
  }

  async hasBlob(digest: string): Promise<boolean> {
    const response = await this.#session.send(this.#path(`blobs/${digest}`), { method: "HEAD" });
    if (response.ok) return true;
    if (response.status === 404) return false;
    throw await this.#session.toError(`look up the blob ${digest} in ${this.#name}`, response);
  }

  /** Takes a blob over from another repository of the same registry; false where the registry would not. */
  async mountBlob(digest: string, from: string): Promise<boolean> {
    const query = new URLSearchParams({ mount: digest, from });
    const response = await this.#session.send(this.#path(`blobs/uploads/?${query}`), {
      method: "POST",
    });
    await response.body?.cancel();
    return response.status === 201;
  }

  /** Uploads a blob in one piece. `open` is called again when a try failed. */
  async putBlob(blob: Descriptor, open: OpenBody): Promise<void> {
    let response = await this.#upload(blob, open);
    // A try that broke off may have cost the upload its session: a new one is wanted then.
    if (response.status === 404 || response.status === 416) {
      await response.body?.cancel();
      response = await this.#upload(blob, open);
    }
    if (!response.ok)
      throw await this.#session.toError(
        `take the blob ${blob.digest} into ${this.#name}`,
        response,
      );
    await response.body?.cancel();
  }

  async #upload(blob: Descriptor, open: OpenBody): Promise<Response> {
    const target = await this.#startUpload();
    target.searchParams.append("digest", blob.digest);
    return this.#session.send(target.href, {
      method: "PUT",
      headers: { "content-type": "application/octet-stream", "content-length": String(blob.size) },
      body: open,
      withoutTimeout: true,
    });
  }

  async #startUpload(): Promise<URL> {
    const response = await this.#session.send(this.#path("blobs/uploads/"), { method: "POST" });
    if (!response.ok)
      throw await this.#session.toError(`start an upload into ${this.#name}`, response);
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (location !== null) return new URL(location, response.url);
    throw new SlipwayError(
      "REGISTRY_REFUSED",
      `The registry of ${this.where} started an upload without saying where to send it`,
      { repository: this.where },
    );
  }

  #path(rest: string): string {
    return `/v2/${this.#name}/${rest}`;
  }
}

async function discard(response: Response): Promise<undefined> {
  await response.body?.cancel();
  return undefined;
}
