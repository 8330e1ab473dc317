import { execFile } from "node:child_process";
import { readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** What `postmaster.pid` says of the PostgreSQL server that owns a data folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Empty where it listens on loopback only. */
  readonly socketFolder: string;
  readonly ready: boolean;
}

/** The lines of `postmaster.pid`; see `src/include/utils/pidfile.h` of PostgreSQL. */
export function parsePostmasterFile(text: string): Postmaster | undefined {
  const [pid, , , port, socketFolder = "", , , status = ""] = text.split("\n");
  if (!Number.isInteger(Number(pid)) || Number(pid) <= 0) return undefined;
  return {
    pid: Number(pid),
    port: Number(port),
    socketFolder: socketFolder.trim(),
    ready: status.trim() === "ready",
  };
}

export async function readPostmasterFile(dataFolder: string): Promise<Postmaster | undefined> {
  const text = await readFile(fileIn(dataFolder), "utf8").catch(() => "");
  return parsePostmasterFile(text);
}

/** Only for a file that names a process which is not PostgreSQL's: PostgreSQL would refuse to start beside it. */
export async function removePostmasterFile(dataFolder: string): Promise<void> {
  await rm(fileIn(dataFolder), { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Tells whether the process is the PostgreSQL server of this data folder, and not one that got its old number. */
export async function isPostmasterOf(dataFolder: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandLine(pid);
  const folders = [dataFolder, await realpath(dataFolder).catch(() => dataFolder)];
  return folders.some((folder) => command.includes(` -D ${folder} `));
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const bytes = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return bytes.replaceAll("\0", " ");
  }
  if (process.platform === "win32") return windowsCommandLine(pid);
  const { stdout } = await execute("ps", ["-o", "command=", "-p", String(pid)]);
  return stdout;
}

const execute = async (tool: string, options: string[]) =>
  promisify(execFile)(tool, options).catch(() => ({ stdout: "" }));

async function windowsCommandLine(pid: number): Promise<string> {
  const query = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
  const { stdout } = await execute("powershell", ["-NoProfile", "-Command", query]);
  return stdout;
}

function fileIn(dataFolder: string): string {
  return join(dataFolder, "postmaster.pid");
}
