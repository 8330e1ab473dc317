import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { SlipwayError } from "@slipway/core";
import type { BuildOptions, BuildResult } from "esbuild";
import { toBundleError } from "./bundle-errors.ts";
import { withoutPaths } from "./bundle-paths.ts";
import { sha256 } from "./digest.ts";

export interface BundleFlowOptions {
  /** The flow file, absolute or relative to the working directory. */
  readonly file: string;
  /** Where to write `flow.mjs`. By default a new temporary folder, which `remove` removes. */
  readonly outDir?: string | undefined;
  /** Export conditions to prefer when packages are resolved, for example `slipway-source`. */
  readonly conditions?: readonly string[] | undefined;
}

/** A flow and all that it imports, as one ES module. */
export interface FlowBundle {
  /** The module, `flow.mjs`. A source map stands beside it and never goes into an image. */
  readonly path: string;
  /** The absolute path of the flow file. */
  readonly file: string;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Removes the temporary folder, where there is one. */
  remove(): Promise<void>;
}

const MODULE = "flow.mjs";

/** CommonJS packages call `require` and look at `__dirname`, which an ES module does not have. */
const BANNER = `import { createRequire as __slipwayCreateRequire } from "node:module";
import { fileURLToPath as __slipwayFileURLToPath } from "node:url";
const require = __slipwayCreateRequire(import.meta.url);
const __slipwayFilename = __slipwayFileURLToPath(import.meta.url);
const __slipwayDirname = __slipwayFileURLToPath(new URL(".", import.meta.url)).replace(/.$/, "");`;

const TEXT_FILES = [".csv", ".txt", ".sql", ".md", ".svg"] as const;

/**
 * Bundles a flow file with the runtime that `slipway/run-flow` is. The bytes depend on the sources alone,
 * not on the folder or the machine. Throws `FLOW_FILE_NOT_FOUND` and `BUNDLE_FAILED`, with file, line and column.
 */
export async function bundleFlow(options: BundleFlowOptions): Promise<FlowBundle> {
  const file = resolve(options.file);
  await assertFile(file);
  const { code, map } = await runEsbuild(file, options.conditions);
  const outDir = resolve(options.outDir ?? (await mkdtemp(join(tmpdir(), "slipway-bundle-"))));
  await mkdir(outDir, { recursive: true });
  const path = join(outDir, MODULE);
  await replaceFile(`${path}.map`, map);
  await replaceFile(path, code);
  return {
    path,
    file,
    digest: sha256(code),
    sizeBytes: Buffer.byteLength(code),
    remove: async () => {
      if (options.outDir === undefined) await rm(outDir, { recursive: true, force: true });
    },
  };
}

async function assertFile(file: string): Promise<void> {
  const info = await stat(file).catch(() => undefined);
  if (info?.isFile()) return;
  const what = info === undefined ? "There is no flow file" : "Not a file:";
  throw new SlipwayError(
    "FLOW_FILE_NOT_FOUND",
    `${what} ${file}: give the path of a file whose default export is a flow`,
    {
      file,
    },
  );
}

async function runEsbuild(
  file: string,
  conditions: readonly string[] | undefined,
): Promise<{ code: string; map: string }> {
  const { build } = await import("esbuild");
  let result: BuildResult<BuildOptions & { write: false; metafile: true }>;
  try {
    result = await build({
      ...toEsbuildOptions(file),
      ...toConditions(conditions),
      write: false,
      metafile: true,
    });
  } catch (error) {
    throw toBundleError(error, file);
  }
  const outputs = Object.fromEntries(
    result.outputFiles.map(({ path, text }) => [basename(path), text]),
  );
  const code = withoutPaths(outputs[MODULE] ?? "", Object.keys(result.metafile.inputs));
  return { code, map: outputs[`${MODULE}.map`] ?? "" };
}

function toEsbuildOptions(file: string): BuildOptions {
  const folder = dirname(file);
  const specifier = JSON.stringify(`./${basename(file)}`);
  return {
    stdin: {
      contents: `import { main } from "slipway/run-flow";\nawait main(() => import(${specifier}));\n`,
      resolveDir: folder,
      sourcefile: "slipway-entry.mjs",
      loader: "js",
    },
    absWorkingDir: folder,
    outfile: join(folder, MODULE),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    charset: "utf8",
    legalComments: "none",
    sourcemap: "linked",
    logLevel: "silent",
    banner: { js: BANNER },
    define: { __filename: "__slipwayFilename", __dirname: "__slipwayDirname" },
    loader: Object.fromEntries(TEXT_FILES.map((extension) => [extension, "text"])),
  };
}

/** esbuild leaves its own preference for ES modules out when conditions are given, so it is put back. */
function toConditions(conditions: readonly string[] | undefined): BuildOptions {
  return conditions === undefined || conditions.length === 0
    ? {}
    : { conditions: [...conditions, "module"] };
}

async function replaceFile(path: string, content: string): Promise<void> {
  await writeFile(`${path}.tmp`, content);
  await rename(`${path}.tmp`, path);
}
