import type { FlowRunDetail, Log, SlipwayClient } from "@slipway/client";
import { isFinished, isSuccessful, SlipwayError } from "@slipway/core";
import type { Context } from "./context.ts";
import { INTERRUPTED } from "./interrupts.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { createPresenter } from "./progress/presenter.ts";
import type { RunUpdate } from "./progress/run-progress.ts";
import { duration } from "./progress/state-marks.ts";
import { RunDifference } from "./run-updates.ts";

const LOGS_PAGE = 1_000;
/** Agents ask every five seconds. */
const ALIVE_MS = 60_000;

/** Shows a run of the server's until it has finished, and answers the exit code. */
export async function watchRun(
  context: Context,
  client: SlipwayClient,
  given: string,
): Promise<number> {
  const run = await requireRun(client, given);
  const { id } = run;
  await remarkOnAgents(context, client, run);
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

/** A run that nobody will launch would be watched for ever without a word. */
async function remarkOnAgents(
  { output }: Context,
  client: SlipwayClient,
  { state, labels }: FlowRunDetail,
): Promise<void> {
  if (state.type !== "Scheduled" || Date.parse(state.startAt) > Date.now()) return;
  const agents = await client.agents();
  const alive = agents.filter(({ lastSeenAt }) => Date.now() - Date.parse(lastSeenAt) < ALIVE_MS);
  const fit = alive.filter(
    (agent) =>
      labels.every((label) => agent.labels.includes(label)) &&
      (labels.length > 0 || agent.labels.length === 0),
  );
  if (fit.length > 0) return;
  const flags = labels.map((label) => ` --label ${label}`).join("");
  output.remark(
    `No agent ${labels.length > 0 ? `with the labels ${labels.join(", ")}` : "without labels"} has asked for work in the last minute; \`slipway agent start${flags}\` starts one`,
  );
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

/** A run by its id, the beginning of one, or its name (the newest of that name). Throws `NOT_FOUND`. */
export async function requireRun(client: SlipwayClient, given: string): Promise<FlowRunDetail> {
  const run = await client.flowRun(await findRunId(client, given));
  if (run) return run;
  throw unknownRun(given);
}

/** How many of the newest runs are looked through for a name. */
const NAMED_AMONG = 500;
const WHOLE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of the run that is meant. Throws `NOT_FOUND`, and `INVALID_ARGUMENT` where several begin so. */
export async function findRunId(client: SlipwayClient, given: string): Promise<string> {
  if (WHOLE_ID.test(given)) return given;
  const runs = await client.flowRuns({ first: NAMED_AMONG });
  const named = runs.find(({ name }) => name === given);
  if (named) return named.id;
  const begun = given.length >= 8 ? runs.filter(({ id }) => id.startsWith(given)) : [];
  const [only, second] = begun;
  if (only && !second) return only.id;
  if (only) {
    throw invalidArgument(
      `${begun.length} flow runs have ids that begin with ${given}; give more of it`,
      {
        path: "id",
        given,
        accepted: begun.slice(0, 5).map(({ id }) => id),
      },
    );
  }
  throw unknownRun(given);
}

function unknownRun(given: string): SlipwayError {
  return new SlipwayError(
    "NOT_FOUND",
    `There is no flow run ${given}; \`slipway flow-runs list\` shows those that there are (an id, its first eight characters or more, or a name)`,
    { path: "id", given },
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
