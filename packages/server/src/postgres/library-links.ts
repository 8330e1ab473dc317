import { mkdir, readFile, readlink, rename, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { isPlainObject, SlipwayError } from "@slipway/core";
import { uuidv7 } from "../ids.ts";
import type { Binaries } from "./locate-binaries.ts";

/**
 * npm packages cannot hold symbolic links, so the platform package lists in `pg-symlinks.json` the
 * names by which PostgreSQL looks for its libraries, and makes them in an install script, which
 * many npm set-ups do not run. The links are made in our own folder instead: the package's may be
 * read-only or shared. Answers the words that, before a command, make its loader look there.
 */
export async function linkLibraries(binaries: Binaries, folder: string): Promise<string[]> {
  if (process.platform === "win32") return [];
  await mkdir(folder, { recursive: true });
  for (const { source, name } of await readLinks(binaries)) {
    await linkOnce(source, join(folder, name));
  }
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  // A library found by a link looks for its own libraries beside the link, so the real folder follows.
  return ["env", `${variable}=${folder}:${join(binaries.folder, "lib")}`, "LC_ALL=C"];
}

async function readLinks({ folder }: Binaries) {
  const path = join(folder, "pg-symlinks.json");
  const links: unknown = JSON.parse(await readFile(path, "utf8"));
  if (!Array.isArray(links)) throw damaged(path);
  return links.map((link: unknown) => {
    const { source, target } = isPlainObject(link) ? link : {};
    if (typeof source !== "string" || typeof target !== "string") throw damaged(path);
    return { source: join(folder, "..", source), name: basename(target) };
  });
}

/** Renaming replaces an old link in one step, so two servers that start at once do not disturb each other. */
async function linkOnce(source: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => undefined)) === source) return;
  const temporary = `${path}.${uuidv7()}`;
  await symlink(source, temporary);
  await rename(temporary, path);
}

function damaged(path: string): SlipwayError {
  return new SlipwayError(
    "DATABASE_UNSUPPORTED",
    `${path} is not a list of links; install the packages again`,
    { path },
  );
}
