import type { SlipwayClient } from "@slipway/client";
import type { Command } from "commander";
import { Output } from "./output.ts";
import { parseUrl, readSettings, type Settings } from "./settings.ts";

/** What every command works with. */
export interface Context {
  readonly settings: Settings;
  readonly output: Output;
  readonly cwd: string;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  connect(): Promise<SlipwayClient>;
}

export interface GlobalOptions {
  readonly json?: true;
  readonly color: boolean;
  readonly api?: string;
  readonly apiKey?: string;
}

/** Hands a command's body its context, and keeps the exit code that it answers. */
export type Wire = (
  body: (context: Context) => Promise<number | undefined>,
) => (...args: readonly unknown[]) => Promise<void>;

export async function createContext(root: Command, signal: AbortSignal): Promise<Context> {
  const options = root.opts<GlobalOptions>();
  const cwd = process.cwd();
  const settings = withFlags(await readSettings(cwd), options);
  return {
    settings,
    output: createOutput(options, settings.color),
    cwd,
    signal,
    async connect() {
      const { createClient } = await import("@slipway/client");
      return createClient({ url: settings.graphql, apiKey: settings.apiKey, signal });
    },
  };
}

export function createOutput(options: GlobalOptions, color: boolean): Output {
  const { stdout, stderr } = process;
  return new Output({ json: options.json === true, color: color && options.color, stdout, stderr });
}

function withFlags(settings: Settings, { api, apiKey }: GlobalOptions): Settings {
  return {
    ...settings,
    ...(api !== undefined && { graphql: parseUrl(api, "--api") }),
    ...(apiKey !== undefined && { apiKey }),
  };
}
