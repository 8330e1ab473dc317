import { ERROR_CODES, isSlipwayError, messageOf, SlipwayError } from "@slipway/core";
import { runInContainer } from "./process/container-run.ts";
import type { LoadModule } from "./process/load-flow.ts";
import { describe, run, structure } from "./process/parent-commands.ts";

const COMMANDS: ReadonlyMap<string | undefined, (load: LoadModule) => Promise<number>> = new Map([
  ["describe", describe],
  ["structure", structure],
  ["run", run],
  [undefined, runInContainer],
]);

/**
 * What a flow's bundle does, by its first argument: `describe` itself or its `structure`, `run` for its parent, or (without
 * one, in a container) execute the flow run that the settings name. Ends the process.
 */
export async function main(load: LoadModule): Promise<void> {
  process.exit(await exitCodeOf(load, process.argv[2]));
}

async function exitCodeOf(load: LoadModule, name: string | undefined): Promise<number> {
  try {
    const command = COMMANDS.get(name);
    if (command === undefined) throw unknownCommand(name);
    return await command(load);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return isSlipwayError(error) ? ERROR_CODES[error.code] : ERROR_CODES.INTERNAL;
  }
}

function unknownCommand(given: string | undefined): SlipwayError {
  const accepted = ["describe", "structure", "run"];
  return new SlipwayError(
    "INVALID_ARGUMENT",
    `The flow's bundle has no command "${given}": it knows describe, structure, run, and nothing at all for a container`,
    { path: "command", given, accepted },
  );
}
