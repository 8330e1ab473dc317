import type { FlowRun } from "@slipway/client";
import { isStateType, nearest, STATE_TYPES } from "@slipway/core";
import { Command } from "commander";
import type { Wire } from "../context.ts";
import { parseCount } from "../count.ts";
import { invalidArgument } from "../invalid-argument.ts";
import { collect } from "../parameters.ts";
import { table } from "../table.ts";

interface Options {
  readonly project?: string;
  readonly flow?: string;
  readonly state?: readonly string[];
  readonly limit: string;
}

export function flowRunsList(wire: Wire): Command {
  const command = new Command("list")
    .description("list flow runs, newest first")
    .option("--project <name>", "only of this project")
    .option("--flow <name>", "only of this flow")
    .option("--state <type>", "only in this state, for example Failed; may be repeated", collect)
    .option("--limit <count>", "at most so many", "50");
  return command.action(
    wire(async ({ output, connect }) => {
      const { project, flow, state, limit } = command.opts<Options>();
      const stateType = state?.map(parseState);
      const first = parseCount(limit, "--limit");
      const runs = await (await connect()).flowRuns({ project, flow, stateType, first });
      for (const run of runs) output.json(run);
      const header = ["ID", "FLOW", "NAME", "STATE", "CREATED"];
      for (const line of table(header, runs.map(toRow))) output.line(line);
      return 0;
    }),
  );
}

function toRow({ id, flowVersion, name, stateType, createdAt }: FlowRun): readonly string[] {
  return [id, flowVersion.flow.name, name, stateType, createdAt];
}

function parseState(given: string): string {
  if (isStateType(given)) return given;
  const near = nearest(given, STATE_TYPES);
  throw invalidArgument(`There is no state ${given}${near ? `; did you mean ${near}?` : ""}`, {
    path: "--state",
    given,
    accepted: STATE_TYPES,
  });
}
