import { posix } from "node:path";
import type { UsageLimits } from "./resource-usage.ts";

/** The text of a file; undefined where it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** What a cgroup has used, in the kernel's words. */
export interface CgroupUse {
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly cacheBytes: number;
  readonly highBytes: number;
}

export interface Cgroup {
  /** Undefined where the kernel does not tell. */
  use(): CgroupUse | undefined;
  limits(): UsageLimits;
}

/** The cgroup of the container that process `pid` is alone in; undefined where it shares its cgroup with others, as on a laptop. */
export function ownCgroup(read: ReadText, pid: number): Cgroup | undefined {
  const { folder, cgroup } = findCgroup(read) ?? {};
  if (folder === undefined || !isContainer(read, folder, pid)) return undefined;
  return cgroup?.use() === undefined ? undefined : cgroup;
}

function findCgroup(read: ReadText) {
  const folderOf = cgroupFolders(read);
  const unified = folderOf("");
  // The machine's root has no such file, and beside version 1 the tree of version 2 may stand without controllers.
  if (unified !== undefined && read(`${unified}/memory.current`) !== undefined) {
    return { folder: unified, cgroup: cgroupV2(read, unified) };
  }
  const memory = folderOf("memory");
  if (memory === undefined) return undefined;
  const folders = { memory, cpu: folderOf("cpu"), cpuacct: folderOf("cpuacct") };
  return { folder: memory, cgroup: cgroupV1(read, folders) };
}

function cgroupV2(read: ReadText, folder: string): Cgroup {
  return {
    use() {
      const current = toNumber(read(`${folder}/memory.current`));
      const cpuMicros = field(read(`${folder}/cpu.stat`), "usage_usec");
      if (current === undefined || cpuMicros === undefined) return undefined;
      const cacheBytes = field(read(`${folder}/memory.stat`), "inactive_file") ?? 0;
      // Kernels before 5.19 keep no high-water mark.
      const highBytes = toNumber(read(`${folder}/memory.peak`)) ?? current;
      return toUse(cpuMicros / 1_000, current, cacheBytes, highBytes);
    },
    limits() {
      const [quota, period] = (read(`${folder}/cpu.max`) ?? "").split(" ").map(toNumber);
      return toLimits(quota, period, toNumber(read(`${folder}/memory.max`)));
    },
  };
}

interface FoldersV1 {
  readonly memory: string;
  readonly cpu: string | undefined;
  readonly cpuacct: string | undefined;
}

function cgroupV1(read: ReadText, { memory, cpu, cpuacct }: FoldersV1): Cgroup {
  return {
    use() {
      const current = toNumber(read(`${memory}/memory.usage_in_bytes`));
      const cpuNanos = toNumber(read(`${cpuacct}/cpuacct.usage`));
      if (current === undefined || cpuNanos === undefined) return undefined;
      const cacheBytes = field(read(`${memory}/memory.stat`), "total_inactive_file") ?? 0;
      const highBytes = toNumber(read(`${memory}/memory.max_usage_in_bytes`)) ?? current;
      return toUse(cpuNanos / 1_000_000, current, cacheBytes, highBytes);
    },
    limits() {
      const quota = toNumber(read(`${cpu}/cpu.cfs_quota_us`));
      const period = toNumber(read(`${cpu}/cpu.cfs_period_us`));
      return toLimits(quota, period, toNumber(read(`${memory}/memory.limit_in_bytes`)));
    },
  };
}

function toUse(cpuMs: number, current: number, cacheBytes: number, highBytes: number): CgroupUse {
  return { cpuMs, memoryBytes: Math.max(0, current - cacheBytes), cacheBytes, highBytes };
}

/** "No limit" is `max` in version 2, and in version 1 a quota of -1 and more bytes than any machine has. */
const ENDLESS_BYTES = 2 ** 60;

function toLimits(
  quota: number | undefined,
  period: number | undefined,
  bytes: number | undefined,
): UsageLimits {
  return {
    cpu: quota !== undefined && quota > 0 && period ? quota / period : undefined,
    memoryMiB: bytes !== undefined && bytes < ENDLESS_BYTES ? bytes / 1024 ** 2 : undefined,
  };
}

/**
 * A container's processes are this one and those that started it (an init, a shell), the first of which has no
 * parent that can be seen. A login session, a machine or a container of somebody's whole desk holds others, too.
 */
function isContainer(read: ReadText, folder: string, pid: number): boolean {
  const members = new Set((read(`${folder}/cgroup.procs`) ?? "").split("\n").map(toNumber));
  members.delete(undefined);
  let first: number | undefined;
  for (let next = pid; members.delete(next); next = parentOf(read, next)) first = next;
  return first !== undefined && members.size === 0 && parentOf(read, first) === 0;
}

function parentOf(read: ReadText, pid: number): number {
  // The name before it stands in brackets, and may hold anything.
  const [, afterName = ""] = /^.*\) \S (.*)/s.exec(read(`/proc/${pid}/stat`) ?? "") ?? [];
  return Number.parseInt(afterName, 10);
}

/** Where this process's cgroup of a controller is mounted; the name of version 2's only one is empty. */
function cgroupFolders(read: ReadText): (controller: string) => string | undefined {
  const memberships = lines(read("/proc/self/cgroup")).map((line) => line.split(":"));
  const mounts = lines(read("/proc/self/mountinfo")).map(parseMount);
  return (controller) => {
    const [, , path] =
      memberships.find(([, names]) => names?.split(",").includes(controller)) ?? [];
    const mount = mounts.find(({ type, options }) =>
      controller === "" ? type === "cgroup2" : type === "cgroup" && options.includes(controller),
    );
    if (path === undefined || mount === undefined) return undefined;
    // Where a container sees its own part alone, the mount's root is its path; or the path is the root of its namespace.
    const below = posix.relative(mount.root, path);
    return posix.join(mount.folder, below.startsWith("..") ? "" : below);
  };
}

/** `36 35 98:0 /root /folder options … - type source options` */
function parseMount(line: string) {
  const [mount = "", system = ""] = line.split(" - ");
  const [, , , root = "", folder = ""] = mount.split(" ");
  const [type, , options = ""] = system.split(" ");
  return { root, folder, type, options: options.split(",") };
}

function lines(text: string | undefined): readonly string[] {
  return (text ?? "").split("\n").filter((line) => line !== "");
}

/** The number after `name` in a file of `name number` lines. */
function field(text: string | undefined, name: string): number | undefined {
  return toNumber(
    lines(text)
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );
}

function toNumber(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}
