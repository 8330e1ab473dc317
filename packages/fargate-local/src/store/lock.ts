import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SlipwayError } from "@slipway/core";
import { isAlive, startTimeOf } from "./processes.ts";

/**
 * Keeps a data folder to one process: a second one would end the first one's tasks as left behind.
 * Returns what releases it. Throws `STATE_CONFLICT`.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, "owner.json");
  const mine = JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) });
  const draft = join(directory, `owner.${process.pid}.${Date.now()}.json`);
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    if (!tryLink(draft, path)) {
      assertOwnerGone(path, directory);
      rmSync(path, { force: true });
      if (!tryLink(draft, path)) assertOwnerGone(path, directory);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** A hard link is made by one process alone, and the file has its content from the start. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function assertOwnerGone(path: string, directory: string): void {
  const { pid, startTime } = readOwner(path);
  if (pid === undefined || startTime === undefined || !isAlive({ pid, startTime })) return;
  throw new SlipwayError(
    "STATE_CONFLICT",
    `The data folder ${directory} is used by process ${pid}; end that process or give another folder`,
    { path: "dataDir", given: directory, pid },
  );
}

function readOwner(path: string): { pid?: number; startTime?: string } {
  try {
    const owner: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof owner !== "object" || owner === null) return {};
    const { pid, startTime } = owner as Record<string, unknown>;
    return typeof pid === "number" && typeof startTime === "string" ? { pid, startTime } : {};
  } catch {
    return {};
  }
}
