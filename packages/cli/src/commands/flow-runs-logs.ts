import { Command } from "commander";
import type { Wire } from "../context.ts";

interface Options {
  readonly follow?: true;
}

export function flowRunsLogs(wire: Wire): Command {
  const command = new Command("logs")
    .description("print a flow run's logs, oldest first")
    .argument("<id>", "the flow run's id, its first eight characters or more, or its name")
    .option("-f, --follow", "go on until the run has finished");
  return command.action(
    wire(async (context) => {
      const { printLogs } = await import("../run-logs.ts");
      const { follow = false } = command.opts<Options>();
      return printLogs(context, command.args[0] ?? "", follow);
    }),
  );
}
