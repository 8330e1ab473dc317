import { Command } from "commander";
import type { Wire } from "../context.ts";

interface Options {
  readonly project: string;
  readonly createProject?: true;
}

const EXAMPLES = `
Examples:
  $ slipway register flow.ts
  $ slipway register flow.ts --project weather --create-project

Bundles the flow, checks it, stores its image (in the registry that its storage names, otherwise in
SLIPWAY__HOME/images) and then registers it. Registering an unchanged flow pushes nothing and makes no
version. When a step fails, the server is left as it was.`;

export function register(wire: Wire): Command {
  const command = new Command("register")
    .description("make a flow's image and register the flow with the server")
    .argument("<file>", "the flow file; its flow is the default export")
    .option("--project <name>", "the project to register it in", "default")
    .option("--create-project", "make the project where there is none of that name")
    .addHelpText("after", EXAMPLES);
  return command.action(
    wire(async (context) => {
      const { registerFlowFile } = await import("../registering.ts");
      const { project, createProject = false } = command.opts<Options>();
      const { output } = context;
      const done = (step: string) => output.line(`${output.colors.green("✔")} ${step}`);
      const request = { file: command.args[0] ?? "", project, createProject };
      const registered = await registerFlowFile(context, request, done);
      const { flow, version, created } = registered;
      const said = created ? "registered" : "unchanged:";
      output.json(registered);
      done(`${said} ${flow}, version ${version} in project ${project}`);
      return 0;
    }),
  );
}
