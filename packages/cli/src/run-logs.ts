import type { Context } from "./context.ts";
import { INTERRUPTED } from "./interrupts.ts";
import { plainLines } from "./progress/plain-lines.ts";
import type { RunUpdate } from "./progress/run-progress.ts";
import { allLogs, followRun, requireRun } from "./remote-run.ts";
import { RunDifference } from "./run-updates.ts";

/** Prints the logs that there are, or all until the run has finished. */
export async function printLogs(context: Context, given: string, follow: boolean): Promise<number> {
  const client = await context.connect();
  const run = await requireRun(client, given);
  const { id } = run;
  if (!follow) {
    print(context, new RunDifference().since(run, await allLogs(client, id)));
    return 0;
  }
  for await (const { updates } of followRun(client, id, context.signal)) print(context, updates);
  return context.signal.aborted ? INTERRUPTED : 0;
}

function print({ output }: Context, updates: readonly RunUpdate[]): void {
  for (const update of updates) {
    if (update.kind === "log") output.answer(update.record, ...plainLines(update));
  }
}
