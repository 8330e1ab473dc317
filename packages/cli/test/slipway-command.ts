import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../bin/slipway.mjs", import.meta.url));
const flow = (url: URL) => fileURLToPath(url);

/** The flow files of these tests. */
export const FLOWS = {
  throws: flow(new URL("./flows/throws.ts", import.meta.url)),
  noFlow: flow(new URL("./flows/no-flow.ts", import.meta.url)),
  cycle: flow(new URL("./flows/cycle.ts", import.meta.url)),
  oneSlug: flow(new URL("./flows/one-slug.ts", import.meta.url)),
  cpuMemory: flow(new URL("./flows/cpu-memory.ts", import.meta.url)),
  noEnvironment: flow(new URL("./flows/no-environment.ts", import.meta.url)),
  doubling: flow(new URL("./flows/doubling.ts", import.meta.url)),
  slow: flow(new URL("./flows/slow.ts", import.meta.url)),
  remarking: flow(new URL("./flows/remarking.ts", import.meta.url)),
  busy: flow(new URL("./flows/busy.ts", import.meta.url)),
  leavesProcess: flow(new URL("./flows/leaves-process.ts", import.meta.url)),
};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command, as it is built, with a data folder of its own and nothing of this machine's settings. */
export async function createCommand(variables: NodeJS.ProcessEnv = {}) {
  const home = await mkdtemp(join(tmpdir(), "slipway-cli-"));
  const temporary = join(home, "tmp");
  await mkdir(temporary);
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    SLIPWAY__HOME: home,
    TMPDIR: temporary,
    SLIPWAY__CLOUD__GRAPHQL: "http://127.0.0.1:1/graphql",
    ...variables,
  };
  const start = (...args: readonly string[]) =>
    spawn(process.execPath, [BIN, ...args], { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
  return {
    home,
    /** The command's folder for temporary files. */
    temporary,
    start,
    slipway: (...args: readonly string[]) => untilEnded(start(...args)),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

export async function untilEnded(child: ReturnType<typeof spawn>): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (piece) => {
    stdout += String(piece);
  });
  child.stderr?.on("data", (piece) => {
    stderr += String(piece);
  });
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}

/** The last line as JSON. */
export function lastJson(text: string): Record<string, unknown> {
  return JSON.parse(text.trim().split("\n").at(-1) ?? "");
}
