import { Command } from "commander";
import type { Wire } from "../context.ts";
import { collect, type ParameterFlags } from "../parameters.ts";

interface Options extends ParameterFlags {
  readonly project: string;
  readonly name?: string;
  readonly watch?: true;
}

const EXAMPLES = `
Examples:
  $ slipway flow-runs create my-flow
  $ slipway flow-runs create my-flow -p year=2024 --watch

With --watch it exits 0 when the run ends Success, 1 when it ends Failed or Cancelled; Ctrl-C stops watching alone.`;

export function flowRunsCreate(wire: Wire): Command {
  const command = new Command("create")
    .description("create a run of a registered flow's latest version")
    .argument("<flow>", "the flow's name")
    .option("--project <name>", "the flow's project", "default")
    .option("--name <name>", "the run's name; otherwise the server makes one")
    .option("-p, --param <name=value>", "a parameter, as text or JSON; may be repeated", collect)
    .option("--parameters-file <file>", "a JSON file with an object of parameters")
    .option("--watch", "show the run until it has finished")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { createRun } = await import("../creating-run.ts");
      const { watchRun } = await import("../remote-run.ts");
      const client = await context.connect();
      const options = command.opts<Options>();
      const request = { ...options, flow: command.args[0] ?? "" };
      const run = await createRun(client, request, context.cwd);
      context.output.answer(run, `created ${run.flowVersion.flow.name} · ${run.name} (${run.id})`);
      return options.watch ? watchRun(context, client, run.id) : 0;
    }),
  );
}
