import { execFile } from "node:child_process";
import { chmod, cp, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../.ci/run", import.meta.url));

type Step = "ci" | "check" | "test" | "test:components";

interface StepResult {
  readonly says?: string;
  readonly exits?: number;
}

const GOOD: Record<Step, StepResult> = {
  ci: {},
  check: { says: "All gates passed" },
  test: { says: "412 passed, 0 failed, 3 skipped" },
  "test:components": { says: "9 passed, 0 failed" },
};

/** Runs `.ci/run` with an `npm` that says and exits what a step is given here. */
async function runCi(changed: Partial<Record<Step, StepResult>>) {
  return await withTempDir(async (directory) => {
    await mkdir(join(directory, ".ci"));
    await cp(SCRIPT, join(directory, ".ci/run"));
    const npm = join(directory, "npm");
    await writeFile(npm, npmThat({ ...GOOD, ...changed }));
    await chmod(npm, 0o755);
    const env = { ...process.env, PATH: `${directory}${delimiter}${process.env["PATH"]}` };
    return await finish(join(directory, ".ci/run"), env);
  });
}

function npmThat(steps: Record<Step, StepResult>): string {
  const cases = Object.entries(steps).map(
    ([step, { says = "", exits = 0 }]) =>
      `*" ${step} "*) printf '%s\\n' '${says}'; exit ${exits};;`,
  );
  return `#!/bin/sh\ncase " $* " in\n${cases.join("\n")}\nesac\n`;
}

function finish(script: string, env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number; lines: string[] }>((resolve) => {
    execFile("bash", [script], { env }, (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), lines: stdout.trim().split("\n") });
    });
  });
}

describe(".ci/run", () => {
  it("sums the tests of all steps in its last line", async () => {
    const { code, lines } = await runCi({});
    expect(lines.at(-1)).toBe("421 passed, 0 failed");
    expect(code).toBe(0);
  });

  it.each<{ what: string; changed: Partial<Record<Step, StepResult>>; lastLine: string }>([
    {
      what: "a gate refuses",
      changed: { check: { exits: 1 } },
      lastLine: "421 passed, 0 failed",
    },
    {
      what: "a test fails",
      changed: { test: { says: "411 passed, 1 failed", exits: 1 } },
      lastLine: "420 passed, 1 failed",
    },
    {
      what: "failures are counted though the step exits 0",
      changed: { test: { says: "411 passed, 1 failed" } },
      lastLine: "420 passed, 1 failed",
    },
    {
      what: "the tests of a step say nothing of what ran",
      changed: { "test:components": { says: "done" } },
      lastLine: "412 passed, 0 failed",
    },
    {
      what: "no test of a step ran",
      changed: { "test:components": { says: "0 passed, 0 failed" } },
      lastLine: "412 passed, 0 failed",
    },
    { what: "npm ci fails", changed: { ci: { exits: 1 } }, lastLine: "0 passed, 0 failed" },
  ])("fails, and says so in its last line, when $what", async ({ changed, lastLine }) => {
    const { code, lines } = await runCi(changed);
    expect(lines.at(-1)).toBe(lastLine);
    expect(code).toBe(1);
  });
});
