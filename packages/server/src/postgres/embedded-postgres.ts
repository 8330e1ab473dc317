import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, open, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isSlipwayError, SlipwayError } from "@slipway/core";
import type { Address } from "../db/connection.ts";
import { type Owner, ownDatabase } from "../db/ownership.ts";
import { commandPrefixes } from "./command.ts";
import { DATABASE_USER, initCluster, readPassword } from "./init-cluster.ts";
import { linkLibraries } from "./library-links.ts";
import { type Binaries, locateBinaries } from "./locate-binaries.ts";
import {
  isAlive,
  isPostmasterOf,
  type Postmaster,
  readPostmasterFile,
  removePostmasterFile,
} from "./postmaster-file.ts";
import { portInsteadOfSocket, serverOptions } from "./server-options.ts";

export interface EmbeddedPostgres {
  readonly address: Address;
  readonly pid: number;
  /** True where it was left behind by a process that was killed. */
  readonly adopted: boolean;
  close(): Promise<void>;
}

interface Cluster {
  /** Holds all that is PostgreSQL's; only its owner may enter. */
  readonly folder: string;
  readonly data: string;
  readonly password: string;
  /** The server's program, with what has to stand before it. */
  readonly postgres: readonly string[];
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const MOST_STARTS = 3;

/**
 * Runs PostgreSQL on `<dataDir>/postgres`, or takes over the one that a killed process left there.
 * Throws `ADDRESS_IN_USE` where another server is alive on the folder.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  binaries?: Binaries,
): Promise<EmbeddedPostgres> {
  const cluster = await prepareCluster(resolve(dataDir, "postgres"), binaries);
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  let child: ChildProcess | undefined;
  for (let starts = 0; Date.now() < giveUpAt; await pause(10)) {
    const found = await readPostmasterFile(cluster.data);
    const embedded = found?.ready && (await takeOver(cluster, found, child));
    if (embedded) return embedded;
    if (isRunning(child) || (await isBusy(cluster, found))) continue;
    if (starts === MOST_STARTS) break;
    if (found && isAlive(found.pid)) await removePostmasterFile(cluster.data);
    child = await spawnServer(cluster);
    starts += 1;
  }
  throw await notStarted(cluster);
}

async function prepareCluster(folder: string, given?: Binaries): Promise<Cluster> {
  // First, so that who has none is told so, and has no empty folder (or no right to make one).
  const binaries = given ?? (await locateBinaries());
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  const [prefixes, links, password] = await Promise.all([
    commandPrefixes(),
    linkLibraries(binaries, join(folder, "lib")),
    readPassword(folder),
  ]);
  const data = await initCluster(folder, [...prefixes.any, ...links, binaries.initdb]);
  const postgres = [...prefixes.server, ...links, binaries.postgres];
  return { folder, data, password, postgres };
}

async function spawnServer({ folder, data, postgres }: Cluster): Promise<ChildProcess> {
  const options = serverOptions(folder, data, await portInsteadOfSocket(folder));
  const [tool = "", ...words] = [...postgres, ...options];
  const log = await open(logFile(folder), "w", 0o600);
  // A process group of its own: Ctrl-C is ours to handle, and the database ends after us.
  const child = spawn(tool, words, { detached: true, stdio: ["ignore", log.fd, log.fd] });
  child.on("error", () => undefined);
  child.unref();
  await log.close();
  return child;
}

/** A server that is neither ready nor gone is starting or stopping. */
async function isBusy({ data }: Cluster, found: Postmaster | undefined): Promise<boolean> {
  return found !== undefined && (await isPostmasterOf(data, found.pid));
}

/** Undefined where it stopped just now. */
async function takeOver(
  cluster: Cluster,
  postmaster: Postmaster,
  child: ChildProcess | undefined,
): Promise<EmbeddedPostgres | undefined> {
  const { pid } = postmaster;
  const address = addressOf(cluster, postmaster);
  const owner = await becomeOwner(address, cluster.folder);
  if (!owner) return undefined;
  const adopted = pid !== child?.pid;
  if (adopted && (await isStopping(cluster))) {
    await owner.release();
    return undefined;
  }
  const close = async () => {
    await owner.release();
    await stop(cluster, pid);
  };
  return { address, pid, adopted, close };
}

/** A killed owner's database is told to stop at the same moment; it must not be taken for one that stays. */
async function isStopping({ data }: Cluster): Promise<boolean> {
  await pause(50);
  return !(await readPostmasterFile(data))?.ready;
}

async function becomeOwner(address: Address, folder: string): Promise<Owner | undefined> {
  try {
    // PostgreSQL notices within milliseconds that an owner was killed.
    for (let tries = 0; tries < 20; tries++) {
      const owner = await ownDatabase(address);
      if (owner) return owner;
      await pause(50);
    }
  } catch (error) {
    if (isSlipwayError(error, "DATABASE_UNAVAILABLE")) return undefined;
    throw error;
  }
  throw new SlipwayError(
    "ADDRESS_IN_USE",
    `Another Slipway server is running on the data folder ${folder}; stop it, or start this one on another folder (SLIPWAY__HOME)`,
    { folder },
  );
}

function addressOf(cluster: Cluster, { port, socketFolder }: Postmaster): Address {
  const host = socketFolder || "127.0.0.1";
  return { host, port, user: DATABASE_USER, password: cluster.password, database: "postgres" };
}

function isRunning(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

/** SIGINT ends PostgreSQL at once but in order, SIGQUIT without order: the next start then recovers. */
async function stop({ data }: Cluster, pid: number): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    const giveUpAt = Date.now() + STOP_TIMEOUT_MS;
    if (await isPostmasterOf(data, pid)) process.kill(pid, signal);
    while (Date.now() < giveUpAt) {
      if (!(await isPostmasterOf(data, pid))) return;
      await pause(10);
    }
  }
}

async function notStarted({ folder }: Cluster): Promise<SlipwayError> {
  const log = await readFile(logFile(folder), "utf8").catch(() => "");
  const reason = log.trim().split("\n").slice(-5).join("\n") || "it wrote no log";
  return new SlipwayError(
    "DATABASE_UNAVAILABLE",
    `The embedded PostgreSQL in ${folder} did not start: ${reason}`,
    { folder, log: logFile(folder), reason },
  );
}

function logFile(folder: string): string {
  return join(folder, "postgres.log");
}
