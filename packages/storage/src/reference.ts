import { fileURLToPath, pathToFileURL } from "node:url";
import { SlipwayError } from "@slipway/core";

export const DOCKER_HUB = "docker.io";

/** An image in a registry. `docker.io` and `library/` are written out. */
export interface RegistryReference {
  readonly kind: "registry";
  /** `host` or `host:port`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** An image in an OCI layout folder on this machine. */
export interface LayoutReference {
  readonly kind: "layout";
  readonly folder: string;
  readonly digest: string;
}

export type ImageReference = RegistryReference | LayoutReference;

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const HOST = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;
const LAYOUT_SCHEME = "oci://";

const ACCEPTED_REFERENCE =
  "host[:port]/name[:tag][@sha256:<64 hex digits>] or oci:///folder@sha256:<64 hex digits>";

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** Tells whether a text names a repository: lower-case parts separated by slashes. */
export function isRepository(text: string): boolean {
  return text.length <= 255 && REPOSITORY.test(text);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

export function isRegistryHost(text: string): boolean {
  return HOST.test(text);
}

/** Registries on this machine are spoken to over plain http, all others over https. */
export function isLoopback(registry: string): boolean {
  return LOOPBACK.test(registry);
}

/**
 * Reads an image reference. A name without a host means Docker Hub, as everywhere else.
 * Throws `INVALID_ARGUMENT`.
 */
export function parseReference(text: string): ImageReference {
  const reference = text.startsWith(LAYOUT_SCHEME) ? parseLayout(text) : parseRegistry(text);
  if (reference !== undefined) return reference;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `"${text}" is not an image reference: write ${ACCEPTED_REFERENCE}`,
    { path: "reference", given: text, accepted: ACCEPTED_REFERENCE },
  );
}

/** The text of a reference; `parseReference` reads it back. */
export function formatReference(reference: ImageReference): string {
  if (reference.kind === "layout") {
    return `${LAYOUT_SCHEME}${pathToFileURL(reference.folder).pathname}@${reference.digest}`;
  }
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

function parseLayout(text: string): LayoutReference | undefined {
  const at = text.lastIndexOf("@");
  const path = text.slice(LAYOUT_SCHEME.length, at);
  const digest = text.slice(at + 1);
  if (!path.startsWith("/") || !isDigest(digest)) return undefined;
  try {
    return { kind: "layout", folder: fileURLToPath(`file://${path}`), digest };
  } catch {
    return undefined;
  }
}

function parseRegistry(text: string): RegistryReference | undefined {
  const { rest, digest } = splitDigest(text);
  const { name, tag } = splitTag(rest);
  const { registry, repository } = splitHost(name);
  const right =
    isRegistryHost(registry) &&
    isRepository(repository) &&
    (tag === undefined || isTag(tag)) &&
    (digest === undefined || isDigest(digest));
  if (!right) return undefined;
  return {
    kind: "registry",
    registry,
    repository,
    ...(tag === undefined ? (digest === undefined ? { tag: "latest" } : {}) : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function splitDigest(text: string): { rest: string; digest?: string } {
  const at = text.indexOf("@");
  return at < 0 ? { rest: text } : { rest: text.slice(0, at), digest: text.slice(at + 1) };
}

function splitTag(text: string): { name: string; tag?: string } {
  const colon = text.lastIndexOf(":");
  if (colon <= text.lastIndexOf("/")) return { name: text };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}

/** Splits `host/name`, or a name on Docker Hub: the first part is a host if it could not be a user's name. */
function splitHost(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  if (looksLikeHost(first)) {
    const registry = first === "index.docker.io" ? DOCKER_HUB : first;
    return { registry, repository: onHub(registry, name.slice(slash + 1)) };
  }
  return { registry: DOCKER_HUB, repository: onHub(DOCKER_HUB, name) };
}

/** Docker's own rule: a host has a dot or a port, or is `localhost`. */
export function looksLikeHost(part: string): boolean {
  return part === "localhost" || /[.:[\]]/.test(part);
}

function onHub(registry: string, repository: string): string {
  return registry === DOCKER_HUB && !repository.includes("/")
    ? `library/${repository}`
    : repository;
}
