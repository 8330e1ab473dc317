import { isSlipwayError, type SlipwayError } from "@slipway/core";
import { CommanderError } from "commander";
import { createContext, createOutput, type GlobalOptions } from "./context.ts";
import { reportJson, reportLines, toReport } from "./error-report.ts";
import { INTERRUPTED, watchInterrupts } from "./interrupts.ts";
import { invalidArgument } from "./invalid-argument.ts";
import type { Output } from "./output.ts";
import { createProgram } from "./program.ts";
import { silenceSdkNotice } from "./settings.ts";

/** Runs the `slipway` command with these arguments and answers its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  silenceSdkNotice();
  const interrupts = watchInterrupts();
  let exitCode = 0;
  const program = createProgram((body) => async () => {
    const context = await createContext(program, interrupts.signal);
    exitCode = (await body(context)) ?? 0;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError && error.code === "commander.help") return 2;
    if (interrupts.signal.aborted) return INTERRUPTED;
    const options = program.opts<GlobalOptions>();
    const json = options.json === true || argv.includes("--json");
    return report(error, createOutput({ ...options, ...(json && { json }) }, true));
  } finally {
    interrupts.stop();
  }
}

function report(error: unknown, output: Output): number {
  const said = toReport(error instanceof CommanderError ? toSlipwayError(error) : error);
  const lines = output.mode === "json" ? [reportJson(said)] : reportLines(said, output.colors);
  output.stderr.write(`${lines.join("\n")}\n`);
  return said.exitCode;
}

/** Commander's own words name the option and the nearest one. */
function toSlipwayError(error: CommanderError): SlipwayError {
  if (isSlipwayError(error.cause)) return error.cause;
  const message = error.message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.*)\?\)/s, "; did you mean $1?");
  return invalidArgument(`${message} (see \`slipway --help\`)`, {}, error);
}
