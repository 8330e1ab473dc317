import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { PlanFlags } from "../planning.ts";

const EXAMPLES = `
Examples:
  $ slipway environment plan flow.ts
  $ slipway environment plan flow.ts --policy > policies.json

Nothing is sent to the platform. Compares with the latest registered version where the server answers. For Fargate it says
which differences make a new revision of the task definition, how long RunTask's overrides are, and what IAM has to
allow; for a Kubernetes Job how large it is, and which Role the agent needs.`;

export function environmentPlan(wire: Wire): Command {
  const command = new Command("plan")
    .description("what registering and launching this flow file would change and need")
    .argument("<file>", "the flow file; its flow is the default export")
    .option("--project <name>", "the project of the version to compare with", "default")
    .option(
      "--policy",
      "print only what the agent must be allowed: IAM policy documents, or a Role as YAML",
    )
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { planFlow } = await import("../planning.ts");
      return planFlow(context, command.args[0] ?? "", command.opts<PlanFlags>());
    }),
  );
}
