import { Command } from "commander";
import type { CollectFlags } from "../collecting.ts";
import type { Wire } from "../context.ts";

const EXAMPLES = `
Examples:
  $ slipway environment collect-garbage etl            only says what it would remove
  $ slipway environment collect-garbage etl --yes

Looks at the revisions of the flow's task definition that Slipway registered (they carry its tag), and at no others.
The newest stay, and those that a running task has; a removed one is registered again when a run needs it. AWS allows
one removal a second.`;

export function environmentCollectGarbage(wire: Wire): Command {
  const command = new Command("collect-garbage")
    .description("remove old revisions of a flow's task definition that Slipway registered")
    .argument("<flow>", "the registered flow's name")
    .option("--project <name>", "the flow's project", "default")
    .option("--keep <count>", "how many of the newest revisions stay", "5")
    .option("--yes", "remove them; without it nothing is changed")
    .option("--ecs-endpoint <url>", "an ECS endpoint in the place of AWS's")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { collect } = await import("../collecting.ts");
      return collect(context, command.args[0] ?? "", command.opts<CollectFlags>());
    }),
  );
}
