import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = "/sys/fs/cgroup";
const TRIES = 50;

/**
 * A control group for the pods of one kubelet, in every hierarchy: a kubelet ends what it does not know below its own
 * group, so two on one machine would end each other's pods.
 */
export function makeControlGroup(name) {
  const roots = hierarchies();
  for (const root of roots) mkdirSync(join(root, name), { recursive: true });
  return { path: `/${name}`, remove: () => removeAll(roots.map((root) => join(root, name))) };
}

/** One in version 2, which has to hand its controllers down; else one for each controller. */
function hierarchies() {
  if (existsSync(join(ROOT, "cgroup.controllers"))) {
    handControllersDown();
    return [ROOT];
  }
  const folders = readdirSync(ROOT).map((name) => join(ROOT, name));
  return folders.filter((folder) => existsSync(join(folder, "cgroup.procs")));
}

function handControllersDown() {
  const controllers = readFileSync(join(ROOT, "cgroup.controllers"), "utf8").trim().split(" ");
  for (const controller of controllers) {
    try {
      writeFileSync(join(ROOT, "cgroup.subtree_control"), `+${controller}`);
    } catch {
      // Some cannot be handed down; the kubelet says which of those it needs.
    }
  }
}

/** Ends the processes that are left in it; a group goes away only once they are gone. */
async function removeAll(groups) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const all = groups.filter((group) => existsSync(group)).flatMap(withChildren);
    for (const group of all) endProcesses(group);
    if (all.filter((group) => !isRemoved(group)).length === 0) return;
    await sleep(100);
  }
}

/** The innermost first. */
function withChildren(group) {
  const entries = readdirSync(group, { withFileTypes: true });
  const children = entries.filter((entry) => entry.isDirectory());
  return [...children.flatMap(({ name }) => withChildren(join(group, name))), group];
}

function endProcesses(group) {
  const pids = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n");
  for (const pid of pids) if (pid !== "") kill(Number(pid));
}

/** Ends a process at once, unless it has ended just now. */
export function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

function isRemoved(group) {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
