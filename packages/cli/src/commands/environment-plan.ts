import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { PlanFlags } from "../planning.ts";

const EXAMPLES = `
Examples:
  $ slipway environment plan flow.ts
  $ slipway environment plan flow.ts --policy > policies.json

Nothing is sent to AWS. Compares with the latest registered version where the server answers, says which differences
make a new revision of the task definition, how long RunTask's overrides are, and what IAM has to allow.`;

export function environmentPlan(wire: Wire): Command {
  const command = new Command("plan")
    .description("what registering and launching this flow file would change and need")
    .argument("<file>", "the flow file; its flow is the default export")
    .option("--project <name>", "the project of the version to compare with", "default")
    .option("--policy", "print only the IAM policy documents, as JSON")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { planFlow } = await import("../planning.ts");
      return planFlow(context, command.args[0] ?? "", command.opts<PlanFlags>());
    }),
  );
}
