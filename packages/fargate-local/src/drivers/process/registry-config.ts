import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageRequest } from "../driver.ts";

const DOCKER_HUB = "https://index.docker.io/v1/";

/**
 * Gives credentials in a file of the form that `docker login` writes, which is there for no longer than the
 * registry is read and which nobody else can read.
 */
export async function withConfigFile<T>(
  reference: string,
  { username, password }: NonNullable<ImageRequest["credentials"]>,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "fargate-local-registry-"));
  try {
    const path = join(folder, "config.json");
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    const auths = { [registryOf(reference)]: { auth } };
    await writeFile(path, JSON.stringify({ auths }), { mode: 0o600 });
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The registry of a reference, as Docker's configuration file calls it. */
export function registryOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const isHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return isHost && !/^(index\.)?docker\.io$/.test(first) ? first : DOCKER_HUB;
}
