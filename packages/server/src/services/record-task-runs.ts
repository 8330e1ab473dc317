import { nearest, type TaskRunKey } from "@slipway/core";
import type { Db, TaskRunRow } from "../db/rows.ts";
import { findTaskRuns, insertTaskRunStates, upsertTaskRuns } from "../db/task-runs.ts";
import { type Advanced, advance, type Position, positionOf } from "./advance.ts";
import { refusal } from "./input.ts";
import type { TaskRunReport } from "./parse-run-event.ts";

/** The task itself, not one of its mapped children. */
const PARENT = -1;

/** A child before its first report. */
const UNBORN: Position = { stateType: "Pending", stateVersion: 0, startTime: null, endTime: null };

interface TaskRunProgress extends Advanced {
  readonly task: TaskRunKey;
}

/** Records the states of task runs: one statement for all that they are in now, one for their history. */
export async function recordTaskRuns(
  tx: Db,
  owner: { readonly flowRunId: string; readonly attempt: number },
  reports: readonly TaskRunReport[],
): Promise<void> {
  if (reports.length === 0) return;
  const rows = await findTaskRuns(tx, owner.flowRunId, keysWithParents(reports));
  const progress = foldReports(rows, reports);
  await upsertTaskRuns(
    tx,
    owner.flowRunId,
    progress.map(({ task, history, state, ...position }) => ({
      ...task,
      ...position,
      state: JSON.stringify(state),
    })),
  );
  const history = progress.flatMap(({ task, history }) =>
    history.map(({ version, state }) => ({ ...task, version, state: JSON.stringify(state) })),
  );
  await insertTaskRunStates(tx, owner, history);
}

/** Where each reported task run stands afterwards. Throws `ILLEGAL_TRANSITION`, or `INVALID_ARGUMENT` for an unknown task. */
export function foldReports(
  rows: readonly TaskRunRow[],
  reports: readonly TaskRunReport[],
): readonly TaskRunProgress[] {
  const known = new Map(rows.map((row) => [nameOf(row), row]));
  const slugs = new Set(rows.map((row) => row.taskSlug));
  const unknown = reports.find(({ task }) => !slugs.has(task.taskSlug));
  if (unknown) throw unknownTask(unknown, slugs);
  return groupReports(reports).flatMap((group) => {
    const [first] = group;
    const advanced = first && follow(known.get(nameOf(first.task)), group);
    return advanced ? [{ task: first.task, ...advanced }] : [];
  });
}

function follow(
  row: TaskRunRow | undefined,
  reports: readonly TaskRunReport[],
): Advanced | undefined {
  const states = reports.map(({ state }) => state);
  return advance(row ? positionOf(row) : UNBORN, states);
}

function groupReports(reports: readonly TaskRunReport[]): readonly TaskRunReport[][] {
  const groups = new Map<string, TaskRunReport[]>();
  for (const report of reports) {
    const name = nameOf(report.task);
    groups.set(name, [...(groups.get(name) ?? []), report]);
  }
  return [...groups.values()];
}

/** The parents tell whether there is such a task at all. */
function keysWithParents(reports: readonly TaskRunReport[]): TaskRunKey[] {
  const keys = reports.flatMap(({ task }) => [task, { taskSlug: task.taskSlug, mapIndex: PARENT }]);
  return [...new Map(keys.map((key) => [nameOf(key), key])).values()];
}

function nameOf({ taskSlug, mapIndex }: TaskRunKey): string {
  return `${taskSlug} ${mapIndex}`;
}

function unknownTask({ path, task }: TaskRunReport, slugs: ReadonlySet<string>) {
  const meant = nearest(task.taskSlug, slugs);
  const accepted = `the slug of a task of the flow${meant ? ` (did you mean ${meant}?)` : ""}`;
  return refusal(`${path}.taskSlug`, task.taskSlug, accepted);
}
