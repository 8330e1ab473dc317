import { isAbsolute, normalize } from "node:path/posix";
import { isPlainObject, nearest, RESERVED_VARIABLES, SlipwayError } from "@slipway/core";
import { isRegistryHost, isRepository, isTag, looksLikeHost, parseReference } from "./reference.ts";

/** How a flow's image is made and where it goes. */
export interface DockerOptions {
  /** A registry and, if wanted, a namespace in it: `registry.example.com/team`, `127.0.0.1:5000`, or a name on Docker Hub. */
  readonly registryUrl?: string | undefined;
  /** By default the flow's name in lower case with dashes. */
  readonly imageName?: string | undefined;
  /** By default twelve digits of the image's digest. */
  readonly imageTag?: string | undefined;
  /** An image with Node.js 20 or newer, in any registry. By default `node:20-slim`, where there is a registry to push to. */
  readonly baseImage?: string | undefined;
  /** Variables that stand in the image's configuration. */
  readonly envVars?: Readonly<Record<string, string>> | undefined;
  /** Files and folders to put into the image: where they are (relative to the flow file) → their absolute path in the image. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

type Check = (value: unknown, path: string) => void;

const CHECKS: { readonly [Name in keyof DockerOptions]-?: Check } = {
  registryUrl: checkRegistryUrl,
  imageName: checkText(
    "lower-case letters and digits, with . _ - between them and / between parts",
    isRepository,
  ),
  imageTag: checkText("up to 128 letters, digits, dots, dashes and underscores", isTag),
  baseImage: checkBaseImage,
  envVars: checkVariables,
  files: checkFiles,
};

const DOCKER_OPTION_NAMES: readonly string[] = Object.freeze(Object.keys(CHECKS));

/**
 * Checks what was given as Docker options and returns it frozen, without what is undefined.
 * Throws `INVALID_ARGUMENT`.
 */
export function parseDockerOptions(given: unknown): DockerOptions {
  if (!isPlainObject(given)) refuse("options", given, "an object of options");
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of entries) {
    if (!isOptionName(name)) refuseName(name);
    CHECKS[name](value, name);
  }
  const copies = entries.map(([name, value]) => [
    name,
    isPlainObject(value) ? Object.freeze({ ...value }) : value,
  ]);
  return Object.freeze(Object.fromEntries(copies));
}

function isOptionName(name: string): name is keyof DockerOptions {
  return Object.hasOwn(CHECKS, name);
}

function refuseName(name: string): never {
  const near = nearest(name, DOCKER_OPTION_NAMES);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `Docker storage has no option "${name}"${hint}; its options are ${DOCKER_OPTION_NAMES.join(", ")}`,
    { path: name, given: name, accepted: DOCKER_OPTION_NAMES },
  );
}

function refuse(path: string, given: unknown, accepted: string): never {
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `Docker storage: ${path} is ${describe(given)}, but has to be ${accepted}`,
    { path, given, accepted },
  );
}

function describe(given: unknown): string {
  if (typeof given === "string") return `"${given}"`;
  if (given === null) return "null";
  return Array.isArray(given) ? "an array" : `a value of type ${typeof given}`;
}

function checkText(accepted: string, isRight: (text: string) => boolean): Check {
  return (value, path) => {
    if (typeof value !== "string" || !isRight(value)) refuse(path, value, accepted);
  };
}

function checkRegistryUrl(value: unknown, path: string): void {
  const accepted = "host[:port][/namespace], or a name on Docker Hub";
  if (typeof value !== "string" || value === "") refuse(path, value, accepted);
  if (value.includes("://")) {
    refuse(
      path,
      value,
      `${accepted}, without a scheme (write "${value.replace(/^.*?:\/\//, "")}")`,
    );
  }
  const { host, namespace } = splitRegistryUrl(value);
  const right =
    (host === undefined || isRegistryHost(host)) && (namespace === "" || isRepository(namespace));
  if (!right || (host === undefined && namespace === "")) refuse(path, value, accepted);
}

/** Splits a registry's URL; without a host it is a name on Docker Hub. Slashes at the end do not count. */
export function splitRegistryUrl(url: string): { host: string | undefined; namespace: string } {
  const [first = "", ...rest] = url.replace(/\/+$/, "").split("/");
  if (looksLikeHost(first)) return { host: first, namespace: rest.join("/") };
  return { host: undefined, namespace: [first, ...rest].join("/") };
}

function checkBaseImage(value: unknown, path: string): void {
  const accepted = "an image in a registry, for example node:20-slim";
  if (typeof value !== "string" || value.startsWith("oci://")) refuse(path, value, accepted);
  try {
    parseReference(value);
  } catch {
    refuse(path, value, accepted);
  }
}

function checkVariables(value: unknown, path: string): void {
  if (!isPlainObject(value)) refuse(path, value, "an object of names and texts");
  for (const [name, text] of Object.entries(value)) {
    if (!/^[^=\s]+$/.test(name)) refuse(path, name, "names without spaces and equals signs");
    // The text itself may be a secret, so only its type is said.
    if (typeof text !== "string") refuse(`${path}.${name}`, typeof text, "a text");
    if (RESERVED_VARIABLES.some((reserved) => reserved === name)) {
      refuse(path, name, "names that Slipway does not set itself");
    }
  }
}

function checkFiles(value: unknown, path: string): void {
  if (!isPlainObject(value)) refuse(path, value, "an object of local paths and paths in the image");
  const targets = new Set<string>();
  for (const [source, target] of Object.entries(value)) {
    const at = `${path}[${JSON.stringify(source)}]`;
    if (typeof target !== "string" || !isAbsolute(target)) {
      refuse(at, target, "an absolute path in the image");
    }
    const clean = normalize(target).replace(/(?<=.)\/+$/, "");
    if (clean === "/" || clean === "/slipway" || clean.startsWith("/slipway/")) {
      refuse(at, target, "a path other than / and outside /slipway, where the flow itself stands");
    }
    if (targets.has(clean)) refuse(at, target, "a path that no other file has");
    targets.add(clean);
  }
}
