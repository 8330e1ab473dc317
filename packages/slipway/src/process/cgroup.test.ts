import { describe, expect, it } from "vitest";
import { ownCgroup } from "./cgroup.ts";

const MIB = 1024 * 1024;

type Files = Readonly<Record<string, string>>;

function lookAt(files: Files, pid = 1) {
  return ownCgroup((path) => files[path], pid);
}

/** Docker or containerd with cgroup version 2: the container is the root of its own namespace. */
const VERSION_2: Files = {
  "/proc/self/cgroup": "0::/\n",
  "/proc/self/mountinfo":
    "600 580 0:52 / / rw - overlay overlay rw\n700 600 0:30 / /sys/fs/cgroup ro,nosuid shared:9 - cgroup2 cgroup rw,nsdelegate\n",
  "/proc/1/stat": "1 (node) S 0 1 1 0 -1",
  "/sys/fs/cgroup/cgroup.procs": "1\n",
  "/sys/fs/cgroup/memory.current": `${300 * MIB}\n`,
  "/sys/fs/cgroup/memory.peak": `${500 * MIB}\n`,
  "/sys/fs/cgroup/memory.max": `${1024 * MIB}\n`,
  "/sys/fs/cgroup/memory.stat": `anon 1\ninactive_anon 7\ninactive_file ${100 * MIB}\nactive_file 5\n`,
  "/sys/fs/cgroup/cpu.stat": "usage_usec 2500000\nuser_usec 2000000\n",
  "/sys/fs/cgroup/cpu.max": "50000 100000\n",
};

/** Fargate's: version 1, no namespace, and each controller's mount shows the container's part alone. */
const VERSION_1: Files = {
  "/proc/self/cgroup": "11:memory:/ecs/t/c\n4:cpu,cpuacct:/ecs/t/c\n1:name=systemd:/ecs/t/c\n",
  "/proc/self/mountinfo": [
    "700 600 0:30 /ecs/t/c /sys/fs/cgroup/memory ro,nosuid master:9 - cgroup cgroup rw,memory",
    "701 600 0:31 /ecs/t/c /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct",
  ].join("\n"),
  "/proc/1/stat": "1 (node) S 0 1 1 0 -1",
  "/sys/fs/cgroup/memory/cgroup.procs": "1\n",
  "/sys/fs/cgroup/memory/memory.usage_in_bytes": `${300 * MIB}\n`,
  "/sys/fs/cgroup/memory/memory.max_usage_in_bytes": `${500 * MIB}\n`,
  "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
  "/sys/fs/cgroup/memory/memory.stat": `inactive_file 1\ntotal_inactive_file ${100 * MIB}\n`,
  "/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage": "2500000000\n",
  "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
  "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
};

const USE = {
  cpuMs: 2_500,
  memoryBytes: 200 * MIB,
  cacheBytes: 100 * MIB,
  highBytes: 500 * MIB,
};

describe("a container's cgroup", () => {
  it("of version 2 tells use and limits", () => {
    const cgroup = lookAt(VERSION_2);
    expect(cgroup?.use()).toEqual(USE);
    expect(cgroup?.limits()).toEqual({ cpu: 0.5, memoryMiB: 1024 });
  });

  it("of version 1 tells the same, and that there is no limit", () => {
    const cgroup = lookAt(VERSION_1);
    expect(cgroup?.use()).toEqual(USE);
    expect(cgroup?.limits()).toEqual({ cpu: undefined, memoryMiB: undefined });
  });

  it("has the limits of version 1, and none of version 2", () => {
    const limited = {
      ...VERSION_1,
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": `${512 * MIB}\n`,
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "25000\n",
    };
    expect(lookAt(limited)?.limits()).toEqual({ cpu: 0.25, memoryMiB: 512 });
    const endless = {
      ...VERSION_2,
      "/sys/fs/cgroup/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/memory.max": "max\n",
    };
    expect(lookAt(endless)?.limits()).toEqual({ cpu: undefined, memoryMiB: undefined });
  });

  it("is found below the mount where there is no namespace", () => {
    const folder = "/sys/fs/cgroup/system.slice/docker-1.scope";
    const files = Object.fromEntries(
      Object.entries(VERSION_2).map(([path, text]) => [
        path.replace("/sys/fs/cgroup", folder),
        text,
      ]),
    );
    const host = { ...files, "/proc/self/cgroup": "0::/system.slice/docker-1.scope\n" };
    expect(lookAt(host)?.use()).toEqual(USE);
  });

  it("does without a high-water mark", () => {
    const { "/sys/fs/cgroup/memory.peak": _peak, ...files } = VERSION_2;
    expect(lookAt(files)?.use()).toEqual({ ...USE, highBytes: 300 * MIB });
  });

  it("may hold an init and a shell that started the process", () => {
    const files = {
      ...VERSION_2,
      "/sys/fs/cgroup/cgroup.procs": "1\n7\n8\n",
      "/proc/8/stat": "8 (a) b) S 7 1",
      "/proc/7/stat": "7 (sh) S 1 1",
    };
    expect(lookAt(files, 8)?.use()).toEqual(USE);
  });
});

const { "/sys/fs/cgroup/memory.current": _current, ...withoutMemory } = VERSION_2;

describe("a cgroup that is no container's own", () => {
  it.each<[string, Files]>([
    ["the machine's root", withoutMemory],
    ["one with others in it", { ...VERSION_2, "/sys/fs/cgroup/cgroup.procs": "1\n9\n" }],
    [
      "one with processes that cannot be seen",
      { ...VERSION_2, "/sys/fs/cgroup/cgroup.procs": "0\n1\n" },
    ],
    ["a login session", { ...VERSION_2, "/proc/1/stat": "1 (node) S 4000 1" }],
    ["one that does not list its processes", { ...VERSION_2, "/sys/fs/cgroup/cgroup.procs": "" }],
    ["a tree without controllers", { ...VERSION_1, "/proc/self/cgroup": "0::/\n" }],
    ["no Linux", {}],
  ])("is passed over: %s", (_case, files) => {
    expect(lookAt(files)).toBeUndefined();
  });
});
