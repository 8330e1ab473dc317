import type { FlowRunDetail, SlipwayClient } from "@slipway/client";
import { isFinished } from "@slipway/core";
import type { Context } from "./context.ts";
import { INTERRUPTED } from "./interrupts.ts";
import { findRunId } from "./remote-run.ts";

/** Asks for a run's end and, unless told not to, waits until its infrastructure is seen to be gone. */
export async function cancelRun(context: Context, given: string, wait: boolean): Promise<number> {
  const client = await context.connect();
  const id = await findRunId(client, given);
  const run = await client.cancelFlowRun(id);
  if (isFinished(run.state) || !wait) {
    context.output.answer(run, lineOf(run));
    return 0;
  }
  context.output.line(lineOf(run));
  const last = await untilFinished(context, client, id);
  if (last === undefined) {
    context.output.remark(
      `Stopped waiting; the run is being cancelled: slipway flow-runs get ${id}`,
    );
    return INTERRUPTED;
  }
  context.output.answer(last, lineOf(last));
  return last.state.type === "Cancelled" ? 0 : 1;
}

/** Tells what the run waits for as that changes; undefined where the wait was interrupted. */
async function untilFinished(
  { output, signal }: Context,
  client: SlipwayClient,
  id: string,
): Promise<FlowRunDetail | undefined> {
  let told: string | null = null;
  try {
    for await (const run of client.subscribeFlowRunChanged(id, {
      signal,
      giveUpAfterMs: 120_000,
    })) {
      if (isFinished(run.state)) return run;
      const status = run.attempts.at(-1)?.status ?? null;
      if (status !== null && status !== told) output.line(`  ${status}`);
      told = status;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return undefined;
}

function lineOf({ name, state }: Pick<FlowRunDetail, "name" | "state">): string {
  return `${name} is ${state.type}${state.message ? `: ${state.message}` : ""}`;
}
