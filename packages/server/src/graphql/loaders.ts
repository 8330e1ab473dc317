import { attemptsOf, causesOf } from "../db/attempts.ts";
import { containerLogsOf } from "../db/container-logs.ts";
import { flowRunsById, statesOfFlowRuns } from "../db/flow-runs.ts";
import { flowVersionsById, latestVersions, versionsOf } from "../db/flow-versions.ts";
import { flowsById, listFlows } from "../db/flows.ts";
import { logTailsOf } from "../db/log-tails.ts";
import { projectsById } from "../db/projects.ts";
import type { Db } from "../db/rows.ts";
import { successorsOf } from "../db/successors.ts";
import { statesOfTaskRuns, taskRunsOf } from "../db/task-runs.ts";
import { byKey, createLoader, groupByKey } from "./loader.ts";

/** What the fields of one request ask for, each kind in one statement. */
export function createLoaders(db: Db) {
  return {
    project: createLoader(async (ids) => byKey(await projectsById(db, ids), (row) => row.id)),
    flow: createLoader(async (ids) => byKey(await flowsById(db, ids), (row) => row.id)),
    flowsOfProject: createLoader(async (ids) =>
      groupByKey(await listFlows(db, ids), (row) => row.projectId),
    ),
    flowVersion: createLoader(async (ids) =>
      byKey(await flowVersionsById(db, ids), (row) => row.id),
    ),
    latestVersion: createLoader(async (ids) =>
      byKey(await latestVersions(db, ids), (row) => row.flowId),
    ),
    versionsOfFlow: createLoader(async (ids) =>
      groupByKey(await versionsOf(db, ids), (row) => row.flowId),
    ),
    flowRun: createLoader(async (ids) => byKey(await flowRunsById(db, ids), (row) => row.id)),
    attemptsOfRun: createLoader(async (ids) =>
      groupByKey(await attemptsOf(db, ids), (row) => row.flowRunId),
    ),
    causesOfRun: createLoader(async (ids) =>
      groupByKey(await causesOf(db, ids), (row) => row.flowRunId),
    ),
    logTailOfAttempt: createLoader(async (ids) =>
      byKey(await logTailsOf(db, ids), (row) => row.attemptId),
    ),
    successorOfAttempt: createLoader(async (ids) =>
      byKey(await successorsOf(db, ids), (row) => row.predecessorId),
    ),
    containerLogsOfAttempt: createLoader(async (ids) =>
      groupByKey(await containerLogsOf(db, ids), (row) => row.attemptId),
    ),
    statesOfRun: createLoader(async (ids) =>
      groupByKey(await statesOfFlowRuns(db, ids), (row) => row.flowRunId),
    ),
    taskRunsOfRun: createLoader(async (ids) =>
      groupByKey(await taskRunsOf(db, ids), (row) => row.flowRunId),
    ),
    statesOfTaskRun: createLoader(async (keys) => {
      const runIds = [...new Set(keys.map((key) => key.slice(0, key.indexOf(" "))))];
      return groupByKey(await statesOfTaskRuns(db, runIds), taskRunKey);
    }),
  };
}

export type Loaders = ReturnType<typeof createLoaders>;

/** Names a task run among those of all flow runs. */
export function taskRunKey(row: { flowRunId: string; taskSlug: string; mapIndex: number }): string {
  return `${row.flowRunId} ${row.mapIndex} ${row.taskSlug}`;
}
