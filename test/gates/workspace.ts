import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FIXTURES = fileURLToPath(new URL("./fixtures", import.meta.url));
const CONFIGURATION = [
  ".oxlintrc.json",
  "biome.json",
  "knip.json",
  "scripts/layers.cjs",
  "tsconfig.base.json",
  "tsconfig.json",
];

/** Makes a small right workspace with the packages, exports and gate configuration of the real one. */
export async function makeWorkspace(directory: string): Promise<void> {
  for (const file of CONFIGURATION) await cp(join(ROOT, file), join(directory, file));
  const manifest = {
    name: "canaries",
    private: true,
    type: "module",
    workspaces: ["packages/*", "benchmarks"],
  };
  await writeFile(join(directory, "package.json"), toText(manifest));
  await linkModules(directory);
  const packages = await readdir(join(ROOT, "packages"));
  const folders = [...packages.map((name) => join("packages", name)), "benchmarks"];
  await Promise.all(folders.map((folder) => makePackage(directory, folder)));
}

/** Lays a gate's wrong files over the workspace. */
export async function addFixture(directory: string, gate: string): Promise<void> {
  await cp(join(FIXTURES, gate), directory, { recursive: true });
}

export interface Canary {
  readonly file: string;
  /** The name of the rule that has to refuse the file, from its first line. */
  readonly refusal: string;
}

/** The wrong files of a gate that say what must refuse them. */
export async function canariesOf(gate: string): Promise<Canary[]> {
  const entries = await readdir(join(FIXTURES, gate), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"));
  const canaries = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const refusal = /^\/\/ refused: (.+)$/m.exec(await readFile(path, "utf8"))?.[1];
    return refusal === undefined
      ? []
      : [{ file: path.slice(join(FIXTURES, gate).length + 1), refusal }];
  });
  return (await Promise.all(canaries)).flat();
}

async function makePackage(directory: string, folder: string): Promise<void> {
  const from = join(ROOT, folder);
  const to = join(directory, folder);
  const { name, exports } = JSON.parse(await readFile(join(from, "package.json"), "utf8"));
  await mkdir(join(to, "src"), { recursive: true });
  await cp(join(from, "tsconfig.json"), join(to, "tsconfig.json"));
  await writeFile(join(to, "package.json"), toText({ name, type: "module", exports }));
  const constant = basename(folder).replaceAll(/-(\w)/g, (_dash, letter: string) =>
    letter.toUpperCase(),
  );
  for (const target of sourcesOf(exports)) {
    await writeFile(join(to, target), `export const ${constant} = "${basename(folder)}";\n`);
  }
}

/** The files behind a package's exports; what exports nothing is a program. */
function sourcesOf(exports: unknown): string[] {
  if (typeof exports !== "object" || exports === null) return ["src/run.ts"];
  return Object.values(exports).flatMap((target: unknown) =>
    typeof target === "object" && target !== null && "slipway-source" in target
      ? [String(target["slipway-source"])]
      : [],
  );
}

/** Everything from npm, with the workspace's own packages in the place of the real ones. */
async function linkModules(directory: string): Promise<void> {
  const modules = join(directory, "node_modules");
  await mkdir(join(modules, "@slipway"), { recursive: true });
  const packages = await readdir(join(ROOT, "packages"));
  const own = packages.map((name) => (name === "slipway" ? name : `@slipway/${name}`));
  for (const name of own) {
    await symlink(join(directory, "packages", name.replace("@slipway/", "")), join(modules, name));
  }
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    if (name === "@slipway" || own.includes(name) || name.startsWith(".")) continue;
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
