import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { DoctorFlags } from "../examining.ts";

const EXAMPLES = `
Examples:
  $ slipway doctor aws flow.ts
  $ slipway doctor aws                     credentials, region and rights alone, for an environment without arguments

Run it where the agent runs, as who the agent runs as. Each right is proved by a read, by IAM's simulation, or by a
request that AWS has to refuse for its content: nothing is created, started or stopped. Exits 3 when something is missing.`;

export function doctorAws(wire: Wire): Command {
  const command = new Command("aws")
    .description(
      "prove that an agent here can launch a flow on AWS: credentials, cluster, each right",
    )
    .argument("[file]", "the flow file whose environment is examined")
    .option("--ecs-endpoint <url>", "an ECS endpoint in the place of AWS's")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { examineAws } = await import("../examining.ts");
      return examineAws(context, command.args[0], command.opts<DoctorFlags>());
    }),
  );
}
