import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { RenderRequest } from "../rendering.ts";

type Options = Omit<RenderRequest, "file">;

const EXAMPLES = `
Examples:
  $ slipway environment render flow.ts
  $ slipway environment render flow.ts --flow-run 0198c5a0-… > launch.json

Nothing is sent anywhere. The inputs go to stdout as one JSON object, by operation; what Slipway changes
in what the flow file gave goes to stderr. The one-use token of a run stands as <one-use token>.`;

export function environmentRender(wire: Wire): Command {
  const command = new Command("render")
    .description("print the exact API inputs with which runs of a flow are launched")
    .argument("<file>", "the flow file; its flow is the default export")
    .option("--flow-run <id>", "as for this run of the server's")
    .option("--image <reference>", "the flow's image; otherwise the run's, or a placeholder")
    .option("--task-definition <family:revision>", "the revision that RunTask names")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { renderFlow } = await import("../rendering.ts");
      const request = { ...command.opts<Options>(), file: command.args[0] ?? "" };
      const { inputs, changes } = await renderFlow(context, request);
      const { output } = context;
      output.answer(inputs, JSON.stringify(inputs, null, 2));
      output.remark(
        "\nWhat Slipway changes in what the flow file gives; all else is sent as it was given:",
      );
      for (const { operation, path, change } of changes) {
        output.remark(`  ${operation} ${output.colors.bold(path)}\n      ${change}`);
      }
      return 0;
    }),
  );
}
