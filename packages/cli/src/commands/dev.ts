import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { DevFlags } from "../developing.ts";
import { collect } from "../parameters.ts";

const EXAMPLES = `
Examples:
  $ slipway dev
  $ slipway dev flow.ts              register it, too
  $ slipway dev flow.ts --run        register it, run it as a Fargate task and show the run
  $ slipway dev flow.ts --run --once …and end with the run's exit code

Everything is kept in SLIPWAY__HOME (default: ~/.slipway) and listens on loopback alone.`;

export function dev(wire: Wire): Command {
  const command = new Command("dev")
    .description("server, agent and local Fargate in one process; Ctrl-C ends all")
    .argument("[files...]", "flow files to register")
    .option("--port <port>", "the server's port (default: 4200, or a free one)")
    .option("--fargate-port <port>", "local Fargate's port (default: 4210, or a free one)")
    .option("--driver <driver>", "local Fargate's driver: auto, process or docker (default: auto)")
    .option("--script <file>", "a YAML file of what goes wrong on local Fargate")
    .option("--secrets-file <file>", "a file with the values of containers' `secrets`")
    .option("--label <label>", "a label of the agent; may be repeated", collect)
    .option("--run", "run the registered flows and show the runs")
    .option("--once", "with --run: end when the runs have ended; exits 1 if one Failed")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { develop } = await import("../developing.ts");
      return develop(context, command.args, command.opts<DevFlags>());
    }),
  );
}
