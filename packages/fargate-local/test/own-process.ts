import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { FargateLocalOptions } from "../src/index.ts";

export interface OwnProcess {
  readonly url: string;
  /** As the kernel or a user kills it: with no chance to say a word. */
  kill(): Promise<void>;
}

/** Starts the server from source in a process of its own, for tests that kill it. */
export async function startOwnProcess(options: FargateLocalOptions): Promise<OwnProcess> {
  const folder = await mkdtemp(join(tmpdir(), "fargate-local-server-"));
  const outfile = join(folder, "server.mjs");
  await build({
    stdin: {
      contents: `import { startFargateLocal } from "./src/index.ts";
        const server = await startFargateLocal(JSON.parse(process.argv[2]));
        process.send({ url: server.url });`,
      resolveDir: new URL("..", import.meta.url).pathname,
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["slipway-source"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  const child = fork(outfile, [JSON.stringify(options)], { execArgv: [] });
  const url = await addressOf(child);
  return {
    url,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error("the server ended before it listened");
    }),
  ]);
  return message.url;
}
