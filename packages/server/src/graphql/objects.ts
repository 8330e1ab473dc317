import { invariant } from "@slipway/core";
import { logsOf } from "../db/logs.ts";
import type {
  AgentRow,
  AttemptRow,
  FlowRow,
  FlowRunRow,
  FlowVersionRow,
  LogRow,
  ProjectRow,
  TaskRunRow,
} from "../db/rows.ts";
import { builder } from "./builder.ts";
import { taskRunKey } from "./loaders.ts";
import { parseCursor, parsePage } from "./paging.ts";

export const Project = builder.objectRef<ProjectRow>("Project");
export const Flow = builder.objectRef<FlowRow>("Flow");
export const FlowVersion = builder.objectRef<FlowVersionRow>("FlowVersion");
export const FlowRun = builder.objectRef<FlowRunRow>("FlowRun");
export const Attempt = builder.objectRef<AttemptRow>("Attempt");
export const Agent = builder.objectRef<AgentRow>("Agent");
const TaskRun = builder.objectRef<TaskRunRow>("TaskRun");
const Log = builder.objectRef<LogRow>("Log");
const RunState = builder.objectRef<{ version: number; attempt: number; state: unknown }>(
  "RunState",
);

/** What a foreign key names is there. */
export async function found<T>(row: Promise<T | undefined>): Promise<T> {
  const value = await row;
  invariant(value !== undefined, "A row names another one that does not exist");
  return value;
}

Project.implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    flows: t.field({
      type: [Flow],
      resolve: async ({ id }, _, { loaders }) => (await loaders.flowsOfProject(id)) ?? [],
    }),
  }),
});

Flow.implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    project: t.field({
      type: Project,
      resolve: ({ projectId }, _, { loaders }) => found(loaders.project(projectId)),
    }),
    latestVersion: t.field({
      type: FlowVersion,
      resolve: ({ id }, _, { loaders }) => found(loaders.latestVersion(id)),
    }),
    versions: t.field({
      type: [FlowVersion],
      resolve: async ({ id }, _, { loaders }) => (await loaders.versionsOfFlow(id)) ?? [],
    }),
  }),
});

FlowVersion.implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    flow: t.field({
      type: Flow,
      resolve: ({ flowId }, _, { loaders }) => found(loaders.flow(flowId)),
    }),
    version: t.exposeInt("version"),
    structure: t.expose("structure", {
      type: "JSON",
      description: "The FlowStructure (packages/core/src/structure.ts).",
    }),
    image: t.exposeString("image", {
      description: "By digest: `registry/name@sha256:…`, or `oci:///folder@sha256:…`.",
    }),
    environmentType: t.exposeString("environmentType"),
    labels: t.exposeStringList("labels"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
  }),
});

FlowRun.implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    flowVersion: t.field({
      type: FlowVersion,
      resolve: (run, _, { loaders }) => found(loaders.flowVersion(run.flowVersionId)),
    }),
    parameters: t.expose("parameters", { type: "JSON" }),
    labels: t.exposeStringList("labels"),
    state: t.expose("state", {
      type: "JSON",
      description: "The current State (packages/core/src/state.ts).",
    }),
    stateType: t.exposeString("stateType"),
    stateVersion: t.exposeInt("stateVersion", {
      description: "Grows by one with each state; a change names the version it saw.",
    }),
    scheduledStartTime: t.expose("scheduledStartTime", { type: "DateTime" }),
    startTime: t.expose("startTime", { type: "DateTime", nullable: true }),
    endTime: t.expose("endTime", { type: "DateTime", nullable: true }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    attempts: t.field({
      type: [Attempt],
      resolve: async ({ id }, _, { loaders }) => (await loaders.attemptsOfRun(id)) ?? [],
    }),
    states: t.field({
      type: [RunState],
      resolve: async ({ id }, _, { loaders }) => (await loaders.statesOfRun(id)) ?? [],
    }),
    taskRuns: t.field({
      type: [TaskRun],
      resolve: async ({ id }, _, { loaders }) => (await loaders.taskRunsOfRun(id)) ?? [],
    }),
    logs: t.field({
      type: [Log],
      description: "Oldest first, after the cursor.",
      args: { after: t.arg.id(), first: t.arg.int({ defaultValue: 1000 }) },
      resolve: ({ id }, { after, first }, { database }) =>
        logsOf(database.read, id, { after: parseCursor(after), first: parsePage(first, 1000) }),
    }),
  }),
});

Attempt.implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    number: t.exposeInt("number", {
      description:
        "From 1. It is the fencing token: only the newest attempt's writes are accepted.",
    }),
    agentName: t.exposeString("agentName", { nullable: true }),
    infrastructure: t.expose("infrastructure", { type: "JSON", nullable: true }),
    diagnosis: t.expose("diagnosis", { type: "JSON", nullable: true }),
    status: t.exposeString("status", {
      nullable: true,
      description:
        "What it waits for, in one line, while its infrastructure is not running: capacity, a rate, a start, a stop.",
    }),
    timeline: t.expose("timeline", {
      type: "JSON",
      description:
        "When each step was reached, by its name: the platform's steps and the process's own, as ISO 8601.",
    }),
    usage: t.expose("usage", {
      type: "JSON",
      nullable: true,
      description:
        "What the run's process used so far (ResourceUsage in packages/core/src/run-reporter.ts).",
    }),
    cost: t.expose("cost", {
      type: "JSON",
      nullable: true,
      description: "What it cost by list prices (Cost in packages/core/src/environment.ts).",
    }),
    logTail: t.stringList({
      description: "The last lines that its container wrote, where they were fetched.",
      resolve: async ({ id }, _, { loaders }) => (await loaders.logTailOfAttempt(id))?.lines ?? [],
    }),
    successor: t.field({
      type: Attempt,
      nullable: true,
      description:
        "The attempt that goes on with the same infrastructure, where the platform started the process once more.",
      resolve: ({ id }, _, { loaders }) => loaders.successorOfAttempt(id),
    }),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    startedAt: t.expose("swappedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the run's process swapped its bootstrap token.",
    }),
    heartbeatAt: t.expose("heartbeatAt", {
      type: "DateTime",
      nullable: true,
      description: "When the run's process was last heard of.",
    }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
  }),
});

RunState.implement({
  fields: (t) => ({
    version: t.exposeInt("version"),
    attempt: t.exposeInt("attempt"),
    state: t.expose("state", { type: "JSON" }),
  }),
});

TaskRun.implement({
  fields: (t) => ({
    taskSlug: t.exposeString("taskSlug"),
    mapIndex: t.exposeInt("mapIndex"),
    state: t.expose("state", { type: "JSON" }),
    stateType: t.exposeString("stateType"),
    stateVersion: t.exposeInt("stateVersion"),
    startTime: t.expose("startTime", { type: "DateTime", nullable: true }),
    endTime: t.expose("endTime", { type: "DateTime", nullable: true }),
    states: t.field({
      type: [RunState],
      resolve: async (run, _, { loaders }) =>
        (await loaders.statesOfTaskRun(taskRunKey(run))) ?? [],
    }),
  }),
});

Log.implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    timestamp: t.expose("timestamp", { type: "DateTime" }),
    level: t.exposeString("level"),
    message: t.exposeString("message"),
    taskSlug: t.exposeString("taskSlug", { nullable: true }),
    mapIndex: t.exposeInt("mapIndex", { nullable: true }),
    attempt: t.exposeInt("attempt"),
    container: t.exposeString("container", {
      nullable: true,
      description:
        "Where the line is not from the run's process: the container that wrote it, by its place in the specification, for example `containers[1]`.",
    }),
  }),
});

Agent.implement({
  fields: (t) => ({
    id: t.exposeID("id"),
    name: t.exposeString("name"),
    labels: t.exposeStringList("labels"),
    lastSeenAt: t.expose("lastSeenAt", { type: "DateTime" }),
  }),
});
