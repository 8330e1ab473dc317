import { existsSync } from "node:fs";
import { join } from "node:path";
import { capture, toolPath } from "./run-tool.mjs";

const FOLDERS = ["packages", "e2e", "test", "benchmarks", "examples"];

/**
 * Every gate of `npm run check` by name: the tool and its arguments, to be run in the root of a workspace.
 * The longest stands first, since two run at a time. `test/gates` shows that each refuses what it should.
 */
export const GATES = {
  types: () => ["tsc", ["-b", "tsconfig.json"]],
  "dead-code": () => ["knip", ["--no-progress", "--no-config-hints"]],
  layers: (root) => ["depcruise", ["--config", "scripts/layers.cjs", ...present(root)]],
  "typed-lint": () => ["oxlint", ["--type-aware", "--deny-warnings"]],
  lint: () => ["biome", ["lint", "--error-on-warnings", "--max-diagnostics=none", "."]],
  format: () => ["biome", ["check", "--linter-enabled=false", "--max-diagnostics=none", "."]],
};

/** Runs one gate over a workspace and tells its exit code, all that it said, and how long it took. */
export async function runGate(name, root) {
  const [tool, args] = GATES[name](root);
  const start = performance.now();
  const { code, output } = await capture(toolPath(tool), args, { cwd: root });
  return { name, passed: code === 0, output, seconds: (performance.now() - start) / 1000 };
}

function present(root) {
  return FOLDERS.filter((folder) => existsSync(join(root, folder)));
}
