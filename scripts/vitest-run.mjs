import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passThrough, toolPath } from "./run-tool.mjs";
import { ROOT } from "./set-up.mjs";

/**
 * Runs vitest with the person's reporter and a machine's one beside it, and counts what happened.
 * A file that could not even be loaded, or an error outside any test, counts as one failure.
 */
export async function runVitest(args, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), "slipway-results-"));
  const file = join(folder, "results.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { code } = await passThrough(toolPath("vitest"), ["run", ...args, ...reporters], {
      cwd: ROOT,
      env,
    });
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
  const brokenFiles = results.testResults.filter(
    (file) =>
      file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = results.numFailedTests + brokenFiles;
  return {
    passed: results.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}
