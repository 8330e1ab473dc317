import { Command } from "commander";
import type { Wire } from "../context.ts";

export function projectsCreate(wire: Wire): Command {
  const command = new Command("create")
    .description("create a project; nothing changes where it is there already")
    .argument("<name>", "the project's name");
  return command.action(
    wire(async ({ output, connect }) => {
      const project = await (await connect()).createProject(command.args[0] ?? "");
      output.answer(project, `project ${project.name}`);
      return 0;
    }),
  );
}
