import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { ServerStartFlags } from "../serving.ts";

const EXAMPLES = `
Examples:
  $ slipway server start
  $ slipway server start --database-url postgres://slipway@db/slipway
  $ slipway server start --host 0.0.0.0 --api-key-file server.key

Without --database-url it runs its own PostgreSQL in the data folder. On any address but loopback it demands
an API key, which clients give with --api-key or SLIPWAY__CLOUD__API_KEY.`;

export function serverStart(wire: Wire): Command {
  const command = new Command("start")
    .description("start the server; Ctrl-C ends it")
    .option("--host <address>", "the address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "the port to listen on; 0 for a free one (default: 4200)")
    .option("--database-url <url>", "a PostgreSQL database (default: an embedded one)")
    .option("--data-dir <folder>", "the embedded database's folder (default: SLIPWAY__HOME/server)")
    .option("--api-key-file <file>", "a file that holds the key that clients must give")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { serve } = await import("../serving.ts");
      return serve(context, command.opts<ServerStartFlags>());
    }),
  );
}
