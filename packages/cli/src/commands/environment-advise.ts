import { Command } from "commander";
import type { AdviseFlags } from "../advising.ts";
import type { Wire } from "../context.ts";

const EXAMPLES = `
Examples:
  $ slipway environment advise etl
  $ slipway environment advise etl --last 100 --prices prices.json

Takes what the last runs of the flow used at most and adds headroom. For Fargate it names the cheapest size that there is
for it, for a Kubernetes Job the requests and limits of its first container, as YAML to paste.
List prices of us-east-1 come along; --prices takes a table of your own, as JSON:
  { "date": "2026-03-01", "regions": { "eu-west-1": { "onDemand": { "X86_64": { "vcpuHour": 0.04, "gbHour": 0.0044 }, … } } } }`;

export function environmentAdvise(wire: Wire): Command {
  const command = new Command("advise")
    .description("the size that would have held a flow's last runs: on Fargate or in its Job")
    .argument("<flow>", "the registered flow's name")
    .option("--project <name>", "the flow's project", "default")
    .option("--last <count>", "how many runs to look at", "20")
    .option("--prices <file>", "a JSON file of prices (default: a table that comes along)")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { advise } = await import("../advising.ts");
      return advise(context, command.args[0] ?? "", command.opts<AdviseFlags>());
    }),
  );
}
