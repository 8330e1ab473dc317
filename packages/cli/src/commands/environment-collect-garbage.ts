import { Command } from "commander";
import type { CollectFlags } from "../collector.ts";
import type { Wire } from "../context.ts";

const EXAMPLES = `
Examples:
  $ slipway environment collect-garbage etl            only says what it would remove
  $ slipway environment collect-garbage etl --yes
  $ slipway environment collect-garbage etl --older-than 1d --yes

Fargate: looks at the revisions of the flow's task definition that Slipway registered (they carry its tag), and at no others.
The newest stay, and those that a running task has; a removed one is registered again when a run needs it. AWS allows
one removal a second.

Kubernetes: looks at the Jobs in the environment's namespace that carry the id of the server's installation, of all its
flows, and at Secrets of tokens that no Job owns, and at no others. Those go whose run or attempt is over by the server's
word, or whose run the server does not know; each is told with the reason.`;

export function environmentCollectGarbage(wire: Wire): Command {
  const command = new Command("collect-garbage")
    .description(
      "remove what launches left behind: old revisions of a task definition, Jobs, Secrets",
    )
    .argument("<flow>", "the registered flow's name")
    .option("--project <name>", "the flow's project", "default")
    .option("--yes", "remove them; without it nothing is changed")
    .option("--keep <count>", "Fargate: how many of the newest revisions stay (default: 5)")
    .option("--ecs-endpoint <url>", "Fargate: an ECS endpoint in the place of AWS's")
    .option("--older-than <time>", "Kubernetes: how long ago a run has to be over (default: 1h)")
    .option(
      "--context <name>",
      "Kubernetes: the kubeconfig's context, in place of the environment's",
    )
    .option("--kubeconfig <file>", "Kubernetes: the kubeconfig, in place of the environment's")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { collect } = await import("../collecting.ts");
      return collect(context, command.args[0] ?? "", command.opts<CollectFlags>());
    }),
  );
}
