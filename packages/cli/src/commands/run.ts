import { Command } from "commander";
import type { Wire } from "../context.ts";
import { collect, type ParameterFlags } from "../parameters.ts";

const EXAMPLES = `
Examples:
  $ slipway run flow.ts
  $ slipway run flow.ts -p year=2024 -p 'tags=["a", "b"]'
  $ slipway run flow.ts --parameters-file parameters.json --json

Exits 0 when the run ends Success and 1 when it ends Failed.`;

export function run(wire: Wire): Command {
  const command = new Command("run")
    .description("run a flow file in a process of its own, without a server")
    .argument("<file>", "the flow file; its flow is the default export")
    .option("-p, --param <name=value>", "a parameter, as text or JSON; may be repeated", collect)
    .option("--parameters-file <file>", "a JSON file with an object of parameters")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { runLocally } = await import("../local-run.ts");
      return runLocally(context, command.args[0] ?? "", command.opts<ParameterFlags>());
    }),
  );
}
