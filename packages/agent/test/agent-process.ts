import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { AgentOptions } from "../src/index.ts";

const MAIN = fileURLToPath(new URL("./process/main.ts", import.meta.url));

export interface AgentProcess {
  /** What it said, as one text. */
  output(): string;
  /** Ends it as the kernel would: nothing of its own runs any more. */
  kill(): Promise<void>;
}

/** Bundles the agent once, so that each process is up in a moment; answers how to start one. */
export async function buildAgent(folder: string) {
  const path = join(folder, "agent.mjs");
  await build({
    entryPoints: [MAIN],
    outfile: path,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["slipway-source"],
    // CommonJS packages in the bundle ask for it.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "silent",
  });
  return (options: AgentOptions) => startProcess(path, options);
}

function startProcess(path: string, options: AgentOptions): AgentProcess {
  const child = spawn(process.execPath, [path, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  return { output: () => output, kill: () => kill(child) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
