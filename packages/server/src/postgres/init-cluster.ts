import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { access, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf, SlipwayError } from "@slipway/core";
import { uuidv7 } from "../ids.ts";

const run = promisify(execFile);

export const DATABASE_USER = "slipway";

/** The password of the embedded database, made at first use and readable by its owner alone. */
export async function readPassword(folder: string): Promise<string> {
  const path = join(folder, "password");
  if (!(await exists(path))) {
    const draft = `${path}.${uuidv7()}`;
    await writeFile(draft, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
    // Linking does not replace: two servers that start at once agree on one password.
    await link(draft, path).catch(() => undefined);
    await rm(draft);
  }
  return (await readFile(path, "utf8")).trim();
}

/**
 * Makes a new database cluster, unless there is one. It is made beside its place and moved there in
 * one step: a start that is cut off leaves no half cluster, and of two starts at once one wins.
 */
export async function initCluster(folder: string, initdb: readonly string[]): Promise<string> {
  const place = join(folder, "data");
  if (await exists(join(place, "PG_VERSION"))) return place;
  const draft = join(folder, `data.${uuidv7()}`);
  const [tool = "", ...options] = [...initdb, ...initOptions(folder, draft)];
  try {
    await run(tool, options);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw failed(folder, cause);
  }
  const won = await rename(draft, place).then(
    () => true,
    () => false,
  );
  if (!won) await rm(draft, { recursive: true, force: true });
  if (!(await exists(join(place, "PG_VERSION")))) throw failed(folder, "the folder was taken away");
  return place;
}

function initOptions(folder: string, draft: string): string[] {
  return [
    `--pgdata=${draft}`,
    `--username=${DATABASE_USER}`,
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    // The socket's folder lets nobody else in; a port on loopback is open to every user of the machine.
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    `--pwfile=${join(folder, "password")}`,
    "--no-instructions",
  ];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function failed(folder: string, cause: unknown): SlipwayError {
  const stderr =
    cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : messageOf(cause);
  return new SlipwayError(
    "DATABASE_UNAVAILABLE",
    `The embedded PostgreSQL could not make its data folder in ${folder}: ${stderr}`,
    { folder, reason: stderr },
    { cause },
  );
}
