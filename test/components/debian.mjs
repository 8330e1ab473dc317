import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { capture } from "../../scripts/run-tool.mjs";

const SYSTEM_FOLDERS = [
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
  "/usr/local/bin",
  "/usr/bin",
  "/bin",
];

/** The path of a program, also where an ordinary user's PATH leaves the system folders out. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

let earlier = Promise.resolve();

/** Installs the Debian packages of which `isThere` misses something; says which they are where that is not allowed. */
export function ensurePackages(packages) {
  // One after the other: components start at the same time, and apt takes a lock.
  const installed = earlier.then(() => installAbsent(packages));
  earlier = installed.catch(() => undefined);
  return installed;
}

async function installAbsent(packages) {
  const absent = packages.filter(({ isThere }) => !isThere()).map(({ name }) => name);
  if (absent.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${absent.join(" ")}`;
  if (process.getuid?.() !== 0 || findProgram("apt-get") === undefined) {
    throw new Error(
      `Packages are missing, and only root on Debian can have them installed here: ${install}`,
    );
  }
  console.log(`Installing ${absent.join(", ")}`);
  await apt(["update"]);
  await apt(["install", "-y", "--no-install-recommends", ...absent]);
}

async function apt(args) {
  // RUNLEVEL=1 keeps the packages from starting daemons of their own, which nobody would end.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const { code, output } = await capture("apt-get", ["-q", ...args], { cwd: "/", env });
  if (code !== 0) throw new Error(`apt-get ${args.join(" ")} failed\n${output}`);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
