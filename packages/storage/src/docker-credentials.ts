import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { isPlainObject, messageOf, SlipwayError } from "@slipway/core";
import { collect } from "./digest.ts";
import { DOCKER_HUB } from "./reference.ts";

export type Credentials =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  | { readonly kind: "identityToken"; readonly token: string };

/** Where `docker login` keeps credentials, and Slipway finds them. */
export function defaultDockerConfigFile(): string {
  return join(homedir(), ".docker", "config.json");
}

/**
 * What Docker's configuration file knows of a registry: an entry that `docker login` made, or the answer of the
 * credential helper that it names. Throws `REGISTRY_REFUSED` where file or helper cannot be used.
 */
export async function findCredentials(
  registry: string,
  configFile: string,
): Promise<Credentials | undefined> {
  const config = await readConfig(configFile);
  const keys = keysOf(registry);
  const helper = helperFor(config, keys);
  if (helper !== undefined) return askHelper(helper, keys[0] ?? registry, configFile);
  const auths = isPlainObject(config["auths"]) ? config["auths"] : {};
  for (const key of keys) {
    const found = parseEntry(auths[key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readConfig(configFile: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(configFile, "utf8");
  } catch {
    return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isPlainObject(value)) return value;
  } catch {
    // JSON.parse quotes the file in its message, so it is not passed on as the cause.
  }
  return refuse(
    `${configFile} is not a JSON object, so no registry credentials can be read from it`,
    configFile,
  );
}

/** The names under which `docker login` may have kept a registry. */
function keysOf(registry: string): readonly string[] {
  if (registry === DOCKER_HUB) {
    return ["https://index.docker.io/v1/", "index.docker.io", DOCKER_HUB, "registry-1.docker.io"];
  }
  return [
    registry,
    `https://${registry}`,
    `http://${registry}`,
    `https://${registry}/v2/`,
    `https://${registry}/v1/`,
  ];
}

function helperFor(config: Record<string, unknown>, keys: readonly string[]): string | undefined {
  const helpers = isPlainObject(config["credHelpers"]) ? config["credHelpers"] : {};
  const named = keys.map((key) => helpers[key]).find((name) => typeof name === "string");
  const name = named ?? config["credsStore"];
  return typeof name === "string" && name !== "" ? name : undefined;
}

function parseEntry(entry: unknown): Credentials | undefined {
  if (!isPlainObject(entry)) return undefined;
  const { auth, identitytoken, username, password } = entry;
  // Some write every field, and those that they lack as empty texts.
  if (typeof identitytoken === "string" && identitytoken !== "")
    return { kind: "identityToken", token: identitytoken };
  if (typeof username === "string" && username !== "" && typeof password === "string") {
    return { kind: "password", username, password };
  }
  if (typeof auth !== "string") return undefined;
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  return { kind: "password", username: text.slice(0, colon), password: text.slice(colon + 1) };
}

async function askHelper(
  helper: string,
  key: string,
  configFile: string,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  let answer: { code: number | null; output: string };
  try {
    answer = await runHelper(program, key);
  } catch (cause) {
    return refuse(
      `The credential helper ${program}, which ${configFile} names, cannot be started: ${messageOf(cause)}`,
      configFile,
      cause,
    );
  }
  const { code, output } = answer;
  if (code === 0) return parseHelperAnswer(output, program, configFile);
  // Helpers say so on their output when they simply hold nothing for the registry.
  if (/credentials not found/i.test(output)) return undefined;
  return refuse(
    `The credential helper ${program} failed (exit code ${code}) for ${key}`,
    configFile,
  );
}

async function runHelper(
  program: string,
  key: string,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, ["get"], { stdio: ["pipe", "pipe", "ignore"], timeout: 30_000 });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.on("error", () => {});
  child.stdin.end(key);
  const [output, code] = await Promise.all([collect(child.stdout, 64 * 1024), ended]);
  return { code, output: output?.toString("utf8") ?? "" };
}

function parseHelperAnswer(output: string, program: string, configFile: string): Credentials {
  try {
    const value: unknown = JSON.parse(output);
    if (isPlainObject(value)) {
      const { Username: username, Secret: secret } = value;
      if (username === "<token>" && typeof secret === "string") {
        return { kind: "identityToken", token: secret };
      }
      if (typeof username === "string" && typeof secret === "string") {
        return { kind: "password", username, password: secret };
      }
    }
  } catch {
    // The answer holds a secret, which JSON.parse would quote.
  }
  return refuse(`The credential helper ${program} gave an answer that is not a login`, configFile);
}

function refuse(message: string, configFile: string, cause?: unknown): never {
  throw new SlipwayError("REGISTRY_REFUSED", message, { configFile }, { cause });
}
