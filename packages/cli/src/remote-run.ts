import type { FlowRunDetail, Log, SlipwayClient } from "@slipway/client";
import { isFinished, isSuccessful, SlipwayError } from "@slipway/core";
import type { Context } from "./context.ts";
import { INTERRUPTED } from "./interrupts.ts";
import { createPresenter } from "./progress/presenter.ts";
import type { RunUpdate } from "./progress/run-progress.ts";
import { duration } from "./progress/state-marks.ts";
import { RunDifference } from "./run-updates.ts";

const LOGS_PAGE = 1_000;

/** Shows a run of the server's until it has finished, and answers the exit code. */
export async function watchRun(
  context: Context,
  client: SlipwayClient,
  id: string,
): Promise<number> {
  const run = await requireRun(client, id);
  const version = await client.flowVersion(run.flowVersion.id);
  const structure = version?.structure ?? { tasks: [], edges: [] };
  const presenter = createPresenter(context.output, titleOf(run), structure);
  let last: FlowRunDetail | undefined;
  try {
    for await (const { run: look, updates } of followRun(client, id, context.signal)) {
      last = look;
      for (const update of updates) presenter.update(update);
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
  } finally {
    presenter.end();
  }
  if (!last || !isFinished(last.state)) {
    context.output.remark(`Stopped watching; the run goes on: slipway flow-runs watch ${id}`);
    return INTERRUPTED;
  }
  context.output.answer(last, ...endLines(last));
  return isSuccessful(last.state) ? 0 : 1;
}

/** Yields the run with what is new each time it changes, until it has finished or the signal is aborted. */
export async function* followRun(
  client: SlipwayClient,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly run: FlowRunDetail; readonly updates: readonly RunUpdate[] }> {
  const difference = new RunDifference();
  let after: string | undefined;
  for await (const run of client.subscribeFlowRunChanged(id, { signal, giveUpAfterMs: 120_000 })) {
    const logs = await allLogs(client, id, after);
    after = logs.at(-1)?.id ?? after;
    yield { run, updates: difference.since(run, logs) };
    if (isFinished(run.state)) return;
  }
}

/** All logs after the cursor, oldest first. */
export async function allLogs(
  client: SlipwayClient,
  id: string,
  after?: string,
): Promise<readonly Log[]> {
  const logs: Log[] = [];
  let cursor = after;
  for (;;) {
    const page = await client.flowRunLogs(id, { after: cursor, first: LOGS_PAGE });
    logs.push(...page);
    cursor = page.at(-1)?.id ?? cursor;
    if (page.length < LOGS_PAGE) return logs;
  }
}

/** Throws `NOT_FOUND` for an unknown run. */
export async function requireRun(client: SlipwayClient, id: string): Promise<FlowRunDetail> {
  const run = await client.flowRun(id);
  if (run) return run;
  throw new SlipwayError(
    "NOT_FOUND",
    `There is no flow run ${id}; \`slipway flow-runs list\` shows those that there are`,
    { path: "id", given: id },
  );
}

function titleOf({ name, flowVersion }: Pick<FlowRunDetail, "name" | "flowVersion">): string {
  return `${flowVersion.flow.name} · ${name}`;
}

/** How a run ended, and where its results are. */
function endLines(run: FlowRunDetail): readonly string[] {
  const { state, startTime, endTime } = run;
  const took =
    startTime && endTime ? ` after ${duration(Date.parse(endTime) - Date.parse(startTime))}` : "";
  const message = state.message ? `: ${state.message}` : "";
  const results = resultsOf(run).map(({ task, location }) => `  result of ${task}: ${location}`);
  return [`${titleOf(run)} ended ${state.type}${took}${message}`, ...results];
}

function resultsOf(run: FlowRunDetail) {
  return run.taskRuns.flatMap(({ taskSlug, mapIndex, state }) => {
    if (state.type !== "Success" || !state.result) return [];
    const task = mapIndex >= 0 ? `${taskSlug}[${mapIndex}]` : taskSlug;
    return [{ task, location: state.result.location }];
  });
}
