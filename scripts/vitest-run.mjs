import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passThrough, toolPath } from "./run-tool.mjs";
import { ROOT } from "./set-up.mjs";

/** Builds `dist`, since tests run the command and the flow images as users run them. Tells whether it worked. */
export async function build() {
  const { code } = await passThrough(toolPath("tsc"), ["-b", "tsconfig.build.json"], { cwd: ROOT });
  if (code !== 0) console.error("The build failed, so nothing was tested");
  return code === 0;
}

/**
 * Runs vitest with the person's reporter and a machine's one beside it, and counts what happened.
 * A file that could not even be loaded, or an error outside any test, counts as one failure.
 */
export async function runVitest(args, { env = process.env, signal } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "slipway-results-"));
  const file = join(folder, "results.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const options = { cwd: ROOT, env, signal };
    const { code } = await passThrough(toolPath("vitest"), ["run", ...args, ...reporters], options);
    return count(readResults(file), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The closing line that people and `.ci/run` read, alike for every kind of test. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function count(results, code) {
  if (results === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const failed = results.numFailedTests + results.testResults.filter(isBrokenFile).length;
  return {
    passed: results.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

function isBrokenFile({ status, assertionResults }) {
  return status === "failed" && !assertionResults.some((test) => test.status === "failed");
}
