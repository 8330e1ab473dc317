import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { ExecuteFlags } from "../executing.ts";

const EXAMPLES = `
Examples:
  $ slipway execute flow-run                              in a container: the settings name the run
  $ slipway execute flow-run --flow-run-id 0198c5a0-… --watch

Does in this process what an agent does for one run: reads the environment (from /slipway/environment.json where
this is the flow's image, else from the image in its registry), sets it up and launches the run. Then the run is left to
the agents with its labels, or watched here to its end with --watch. Reads SLIPWAY__CONTEXT__FLOW_RUN_ID,
SLIPWAY__CLOUD__GRAPHQL and SLIPWAY__CLOUD__API_KEY.`;

export function executeFlowRun(wire: Wire): Command {
  const command = new Command("flow-run")
    .description("launch one flow run from here, as from a container of the flow's image")
    .option("--flow-run-id <id>", "the flow run (default: SLIPWAY__CONTEXT__FLOW_RUN_ID)")
    .option("--environment-file <file>", "the environment as it stands in the flow's image")
    .option("--watch", "watch the run to its end; exits 0 for Success and 1 for Failed")
    .option(
      "--container-api-url <url>",
      "the server's GraphQL address as the run's container reaches it",
    )
    .option("--ecs-endpoint <url>", "an ECS endpoint in the place of AWS's")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { executeRun } = await import("../executing.ts");
      return executeRun(context, command.opts<ExecuteFlags>());
    }),
  );
}
