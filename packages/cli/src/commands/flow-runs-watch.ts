import { Command } from "commander";
import type { Wire } from "../context.ts";

export function flowRunsWatch(wire: Wire): Command {
  const command = new Command("watch")
    .description(
      "show a flow run until it has finished; exits 0 for Success, 1 for Failed and Cancelled",
    )
    .argument("<id>", "the flow run's id, its first eight characters or more, or its name");
  return command.action(
    wire(async (context) => {
      const { watchRun } = await import("../remote-run.ts");
      return watchRun(context, await context.connect(), command.args[0] ?? "");
    }),
  );
}
