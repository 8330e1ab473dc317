import { Command } from "commander";
import type { Wire } from "../context.ts";

export function flowRunsGet(wire: Wire): Command {
  const command = new Command("get")
    .description("show a flow run with its attempts and task runs")
    .argument("<id>", "the flow run's id, its first eight characters or more, or its name");
  return command.action(
    wire(async ({ output, connect }) => {
      const { requireRun } = await import("../remote-run.ts");
      const { describeRun } = await import("../run-description.ts");
      const run = await requireRun(await connect(), command.args[0] ?? "");
      output.answer(run, ...describeRun(run));
      return 0;
    }),
  );
}
