import { readFile } from "node:fs/promises";
import type { ContainerStats } from "../driver.ts";

const PAGE_BYTES = 4096;
/** USER_HZ is 100 on every Linux that Node.js runs on. */
const TICK_NANOSECONDS = 10_000_000;

/** Resident memory and processor time of one process, from /proc; undefined where there is none. */
export async function processStats(pid: number): Promise<ContainerStats | undefined> {
  try {
    const [stat, statm] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile(`/proc/${pid}/statm`, "utf8"),
    ]);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return {
      read: new Date().toISOString(),
      memoryBytes: Number(statm.split(" ")[1]) * PAGE_BYTES,
      cpuNanoseconds: ticks * TICK_NANOSECONDS,
    };
  } catch {
    return undefined;
  }
}
