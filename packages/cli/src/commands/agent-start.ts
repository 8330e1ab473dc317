import { Command } from "commander";
import type { Wire } from "../context.ts";
import { collect } from "../parameters.ts";
import type { AgentStartFlags } from "../serving.ts";

const EXAMPLES = `
Examples:
  $ slipway agent start
  $ slipway agent start --api https://slipway.example.com/graphql --label prod
  $ slipway agent start --ecs-endpoint http://127.0.0.1:4210

It takes runs whose labels it has and launches them; credentials for the cloud come from the flow's environment,
then from the platform's own chain (a role, a profile, AWS_* variables). Give it the same name after a restart,
and it takes its runs up again.`;

export function agentStart(wire: Wire): Command {
  const command = new Command("start")
    .description("start an agent; Ctrl-C ends it and leaves its runs running")
    .option("--name <name>", "the agent's name (default: the host's name)")
    .option("--label <label>", "a label of runs that it takes; may be repeated", collect)
    .option("--container-api-url <url>", "the server's GraphQL address as containers reach it")
    .option(
      "--ecs-endpoint <url>",
      "an ECS endpoint in the place of AWS's, for example local Fargate's",
    )
    .option("--prices <file>", "a JSON file of Fargate's prices, for what runs cost")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { operate } = await import("../serving.ts");
      return operate(context, command.opts<AgentStartFlags>());
    }),
  );
}
