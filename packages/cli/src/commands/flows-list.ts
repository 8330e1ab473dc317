import { Command } from "commander";
import type { Wire } from "../context.ts";
import { table } from "../table.ts";

interface Options {
  readonly project?: string;
}

export function flowsList(wire: Wire): Command {
  const command = new Command("list")
    .description("list registered flows by name")
    .option("--project <name>", "only of this project");
  return command.action(
    wire(async ({ output, connect }) => {
      const flows = await (await connect()).flows(command.opts<Options>().project);
      for (const flow of flows) output.json(flow);
      const rows = flows.map(({ name, project, latestVersion }) => [
        name,
        project.name,
        String(latestVersion.version),
        latestVersion.environmentType,
      ]);
      for (const line of table(["FLOW", "PROJECT", "VERSION", "ENVIRONMENT"], rows))
        output.line(line);
      return 0;
    }),
  );
}
