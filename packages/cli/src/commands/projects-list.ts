import { Command } from "commander";
import type { Wire } from "../context.ts";

export function projectsList(wire: Wire): Command {
  return new Command("list").description("list projects by name").action(
    wire(async ({ output, connect }) => {
      for (const project of await (await connect()).projects())
        output.answer(project, project.name);
      return 0;
    }),
  );
}
