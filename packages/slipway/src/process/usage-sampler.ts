import { readFileSync } from "node:fs";
import type { ResourceUsage } from "@slipway/core";
import { type CgroupUse, ownCgroup } from "./cgroup.ts";
import { addSample, NOTHING_USED, tighterLimits, toResourceUsage } from "./resource-usage.ts";
import { fetchTaskLimits } from "./task-limits.ts";

const EVERY_MS = 1_000;
/** Who asks in between is told what is new, but may ask as often as it likes. */
const AT_MOST_EVERY_MS = 300;

/** Watches what this container uses (or where it is none, this process) from now on; tells what it came to so far. */
export function sampleUsage(metadataUri: string | undefined): () => ResourceUsage {
  const cgroup = ownCgroup(readText, process.pid);
  let limits = cgroup?.limits() ?? {};
  let soFar = NOTHING_USED;
  let lookedAt = 0;
  const look = () => {
    lookedAt = performance.now();
    const use = cgroup === undefined ? processUse() : cgroup.use();
    if (use !== undefined) soFar = addSample(soFar, { atMs: lookedAt, ...use });
  };
  look();
  setInterval(look, EVERY_MS).unref();
  if (metadataUri !== undefined) {
    void fetchTaskLimits(metadataUri).then((ofTask) => {
      limits = tighterLimits(limits, ofTask);
    });
  }
  return () => {
    if (performance.now() - lookedAt >= AT_MOST_EVERY_MS) look();
    return toResourceUsage(soFar, limits);
  };
}

/** All threads of this process. What its child processes use, Node does not tell. */
function processUse(): CgroupUse {
  const { user, system } = process.cpuUsage();
  const memoryBytes = process.memoryUsage.rss();
  // Node's `maxRSS` holds what the parent had when it started this process; this is the program's own.
  const [, highKiB] = /^VmHWM:\s+(\d+) kB$/m.exec(readText("/proc/self/status") ?? "") ?? [];
  const highBytes = highKiB === undefined ? memoryBytes : Number(highKiB) * 1024;
  return { cpuMs: (user + system) / 1_000, memoryBytes, cacheBytes: 0, highBytes };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
