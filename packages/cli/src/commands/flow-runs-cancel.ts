import { Command } from "commander";
import type { Wire } from "../context.ts";

interface Options {
  readonly wait: boolean;
}

const EXAMPLES = `
Examples:
  $ slipway flow-runs cancel 0198c5a0-…

A run that nothing was launched for is Cancelled at once. Otherwise its process is told first and has a while to stop
(\`stopGrace\` of the environment, 10 s unless set), then its task or Job is stopped, and the run is Cancelled when the
platform says that it has. The command waits for that, and exits 0 when the run is Cancelled.`;

export function flowRunsCancel(wire: Wire): Command {
  const command = new Command("cancel")
    .description("end a flow run and the task or Job that it runs in")
    .argument("<id>", "the flow run's id, its first eight characters or more, or its name")
    .option("--no-wait", "only ask for the end; do not wait for it")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { cancelRun } = await import("../cancelling.ts");
      const { wait } = command.opts<Options>();
      return cancelRun(context, command.args[0] ?? "", wait);
    }),
  );
}
