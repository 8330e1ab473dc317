import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { build } from "esbuild";
import { locateBinaries } from "../src/postgres/locate-binaries.ts";

export interface OwnProcess {
  /** The process id of its PostgreSQL. */
  readonly pid: number;
  /** With no chance to end what it started. */
  kill(): Promise<void>;
}

/** Runs the embedded PostgreSQL from a process of its own, for tests that kill it. */
export async function startOwnProcess(dataDir: string, path?: string): Promise<OwnProcess> {
  const outfile = join(dataDir, "owner.mjs");
  await build({
    stdin: {
      contents: `import { startEmbeddedPostgres } from "./src/postgres/embedded-postgres.ts";
        import { binariesIn } from "./src/postgres/locate-binaries.ts";
        const [, , dataDir, folder] = process.argv;
        const { pid } = await startEmbeddedPostgres(dataDir, await binariesIn(folder));
        process.send({ pid });`,
      resolveDir: new URL("..", import.meta.url).pathname,
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["slipway-source"],
    external: ["pg-native"],
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
  });
  const { folder } = await locateBinaries();
  const child = fork(outfile, [dataDir, folder], {
    execArgv: [],
    env: { ...process.env, ...(path && { PATH: path }) },
  });
  const pid = await pidFrom(child);
  return {
    pid,
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function pidFrom(child: ChildProcess): Promise<number> {
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error("the process ended before its database was ready");
    }),
  ]);
  return message.pid;
}
