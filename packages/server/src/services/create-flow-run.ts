import { nearest, SlipwayError, type State } from "@slipway/core";
import { findByIdempotencyKey, insertFlowRun, insertFlowRunStates } from "../db/flow-runs.ts";
import { flowVersionsById, latestVersions } from "../db/flow-versions.ts";
import { findFlow, listFlows } from "../db/flows.ts";
import { notifyWork } from "../db/notifications.ts";
import type { Db, FlowRunRow, FlowVersionRow } from "../db/rows.ts";
import { insertTaskRuns } from "../db/task-runs.ts";
import { uuidv7 } from "../ids.ts";
import { checkId, checkName, notFound, refusal } from "./input.ts";
import { DEFAULT_PROJECT, getProject } from "./projects.ts";
import { randomRunName } from "./run-names.ts";
import { fillParameters } from "./run-parameters.ts";

export interface CreateFlowRunInput {
  readonly flowVersionId?: string | null | undefined;
  readonly project?: string | null | undefined;
  readonly flow?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly parameters?: unknown;
  readonly scheduledStartTime?: Date | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Makes a run, due now or later, with a task run for each task. The same idempotency key answers the same run. */
export async function createFlowRun(
  tx: Db,
  input: CreateFlowRunInput,
  now: Date,
): Promise<FlowRunRow> {
  const version = await findVersion(tx, input);
  const parameters = fillParameters(version.structure, input.parameters);
  const startAt = input.scheduledStartTime ?? now;
  const timestamp = now.toISOString();
  const state: State = { type: "Scheduled", timestamp, startAt: startAt.toISOString() };
  const key = input.idempotencyKey ? checkName("input.idempotencyKey", input.idempotencyKey) : null;
  const run = await insertFlowRun(tx, {
    id: uuidv7(),
    flowId: version.flowId,
    flowVersionId: version.id,
    name: input.name ? checkName("input.name", input.name) : randomRunName(),
    parameters: JSON.stringify(parameters),
    labels: version.labels,
    state: JSON.stringify(state),
    stateType: state.type,
    stateVersion: 1,
    scheduledStartTime: startAt,
    idempotencyKey: key,
  });
  if (!run) return findByIdempotencyKey(tx, version.flowId, key ?? "");
  await insertFlowRunStates(tx, [
    { flowRunId: run.id, version: 1, attempt: 0, state: JSON.stringify(state) },
  ]);
  const slugs = version.structure.tasks.map((task) => task.slug);
  await insertTaskRuns(tx, run.id, slugs, { type: "Pending", timestamp });
  await notifyWork(tx);
  return run;
}

async function findVersion(tx: Db, input: CreateFlowRunInput): Promise<FlowVersionRow> {
  if (input.flowVersionId) {
    const id = checkId("flow version", input.flowVersionId);
    const [version] = await flowVersionsById(tx, [id]);
    if (!version) throw notFound("flow version", id);
    return version;
  }
  if (!input.flow)
    throw refusal("input.flow", input.flow ?? undefined, "a flow's name, or give flowVersionId");
  const project = await getProject(tx, input.project ?? DEFAULT_PROJECT);
  const flow = await findFlow(tx, project.id, input.flow);
  const [latest] = flow ? await latestVersions(tx, [flow.id]) : [];
  if (!latest) throw await noSuchFlow(tx, project, input.flow);
  return latest;
}

async function noSuchFlow(tx: Db, project: { id: string; name: string }, name: string) {
  const names = (await listFlows(tx, [project.id])).map((flow) => flow.name);
  const meant = nearest(name, names);
  const advice = meant ? `did you mean ${JSON.stringify(meant)}?` : "register it first";
  return new SlipwayError(
    "NOT_FOUND",
    `There is no flow ${JSON.stringify(name)} in the project ${JSON.stringify(project.name)}: ${advice}`,
    { path: "flow", given: name, accepted: names },
  );
}
