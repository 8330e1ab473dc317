import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Step {
  readonly command: string;
  readonly background: boolean;
}

/** The tour's blocks, in the order of the page. */
async function tour(): Promise<Step[]> {
  const text = await readFile(join(ROOT, "README.md"), "utf8");
  return [...text.matchAll(/^```sh tour(?<flags>.*)\n(?<command>[\s\S]*?)^```$/gm)].map(
    ({ groups }) => ({
      command: groups?.["command"] ?? "",
      background: groups?.["flags"]?.includes("background") === true,
    }),
  );
}

let home: string;
let env: NodeJS.ProcessEnv;
const background: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "slipway-readme-"));
  env = { PATH: process.env["PATH"], HOME: home, SLIPWAY__HOME: home };
});
afterAll(async () => {
  for (const child of background) {
    const closed = once(child, "close");
    // The shell's whole group, since the command runs below npx.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    await closed;
  }
  await rm(home, { recursive: true, force: true });
});

function start({ command, background: detached }: Step): ChildProcess {
  return spawn("bash", ["-euo", "pipefail", "-c", command], {
    cwd: ROOT,
    env,
    detached,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function run(step: Step): Promise<string> {
  const child = start(step);
  let output = "";
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output += String(chunk);
        if (/ready/i.test(output)) resolve();
      });
    }
  });
  if (step.background) {
    background.push(child);
    await Promise.race([ready, once(child, "close")]);
    expect(child.exitCode, output).toBeNull();
    return output;
  }
  const [code] = await once(child, "close");
  expect(code, `${step.command}\n${output}`).toBe(0);
  return output;
}

describe("the README's tour", () => {
  it("runs as printed, command by command", async () => {
    const steps = await tour();
    expect(steps.length).toBeGreaterThanOrEqual(6);
    const outputs: string[] = [];
    for (const step of steps) outputs.push(await run(step));
    expect(outputs[1]).toContain("Example!");
    expect(outputs[2]).toContain("containerDefinitions");
    expect(outputs[4]).toMatch(/unchanged/i);
    expect(outputs[5]).toContain("Success");
    expect(outputs[6]).toContain("Example!");
  }, 120_000);
});
