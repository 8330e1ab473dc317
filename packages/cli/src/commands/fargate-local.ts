import { Command } from "commander";
import type { Wire } from "../context.ts";
import type { FargateLocalFlags } from "../serving.ts";

const EXAMPLES = `
Examples:
  $ slipway fargate-local
  $ slipway fargate-local --script failures.yaml
  $ AWS_ENDPOINT_URL_ECS=http://127.0.0.1:4210 aws ecs list-tasks

Drivers: docker runs a task's containers on a Docker engine; process unpacks the image and runs its command with
this machine's Node.js; auto takes docker where there is an engine.`;

export function fargateLocal(wire: Wire): Command {
  const command = new Command("fargate-local")
    .description("serve the ECS API on loopback and run Fargate tasks on this machine")
    .option("--port <port>", "the port to listen on; 0 for a free one (default: 4210)")
    .option("--driver <driver>", "auto, process or docker (default: auto)")
    .option("--docker-host <url>", "the Docker engine (default: DOCKER_HOST, or its usual socket)")
    .option(
      "--data-dir <folder>",
      "where tasks and definitions are kept (default: SLIPWAY__HOME/fargate-local)",
    )
    .option(
      "--script <file>",
      "a YAML file of what goes wrong: failing tasks, throttles, lost replies",
    )
    .option(
      "--secrets-file <file>",
      "a file with the values of containers' `secrets`, by ARN or name",
    )
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { serveFargate } = await import("../serving.ts");
      return serveFargate(context, command.opts<FargateLocalFlags>());
    }),
  );
}
