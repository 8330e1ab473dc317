import {
  cost,
  flag,
  integer,
  json,
  jsonObject,
  list,
  nullable,
  type Parsed,
  record,
  state,
  structure,
  text,
  texts,
  timeline,
  usage,
} from "./shape.ts";

const projectName = record({ id: text, name: text });
const flowName = record({ id: text, name: text, project: projectName });

const versionFields = {
  id: text,
  version: integer,
  image: text,
  environmentType: text,
  labels: list(text),
  createdAt: text,
};

const flowRunFields = {
  id: text,
  name: text,
  parameters: jsonObject,
  labels: list(text),
  state,
  stateType: text,
  stateVersion: integer,
  scheduledStartTime: text,
  startTime: nullable(text),
  endTime: nullable(text),
  createdAt: text,
  flowVersion: record({ ...versionFields, flow: flowName }),
};

export const serverInfo = record({ version: text, installationId: text });
export const project = projectName;
export const flow = record({
  id: text,
  name: text,
  project: projectName,
  latestVersion: record(versionFields),
});
export const flowVersion = record({ ...versionFields, flow: flowName, structure });
const attemptFields = {
  id: text,
  number: integer,
  agentName: nullable(text),
  infrastructure: nullable(json),
  diagnosis: nullable(json),
  status: nullable(text),
  timeline,
  usage: nullable(usage),
  cost: nullable(cost),
  createdAt: text,
  startedAt: nullable(text),
  heartbeatAt: nullable(text),
  endedAt: nullable(text),
};
export const attempt = record(attemptFields);
/** An attempt as it has ended: with the one that goes on, where the platform starts the process once more by itself. */
export const endedAttempt = record({ ...attemptFields, successor: nullable(attempt) });
/** With the lines that its container wrote last: many, so only where one run is looked at. */
const attemptDetail = record({
  ...attemptFields,
  logTail: list(text),
  successor: nullable(record({ id: text, number: integer })),
});
const taskRun = record({
  taskSlug: text,
  mapIndex: integer,
  state,
  stateType: text,
  stateVersion: integer,
  startTime: nullable(text),
  endTime: nullable(text),
});
export const flowRun = record(flowRunFields);
export const flowRunDetail = record({
  ...flowRunFields,
  attempts: list(attemptDetail),
  taskRuns: list(taskRun),
});
export const log = record({
  id: text,
  timestamp: text,
  level: text,
  message: text,
  taskSlug: nullable(text),
  mapIndex: nullable(integer),
  attempt: integer,
  container: nullable(text),
});
export const agent = record({ id: text, name: text, labels: list(text), lastSeenAt: text });
const claim = record({
  attempt,
  flowRun,
  bootstrapToken: nullable(text),
  leaseSeconds: integer,
  begunVariant: nullable(integer),
  earlier: list(text),
  logCursors: texts,
});
export const registeredFlow = record({ flowVersion, created: flag });
export const claimedWork = record({ claimed: list(claim), adopted: list(claim) });
export const startedRun = record({ runToken: text, flowRun, attempt });
export const recordedRun = record({ nextSequence: integer, cancelRequested: flag });
export const recordedContainerLogs = record({ cursor: text, startedAt: nullable(text) });
export const begunLaunch = record({ waitMs: integer });
export const claimedDefinition = record({
  revision: nullable(integer),
  granted: flag,
  waitMs: integer,
});

export interface ServerInfo extends Parsed<typeof serverInfo> {}
export interface Project extends Parsed<typeof project> {}
export interface FlowSummary extends Parsed<typeof flow> {}
export interface FlowVersion extends Parsed<typeof flowVersion> {}
export interface Attempt extends Parsed<typeof attempt> {}
export interface AttemptDetail extends Parsed<typeof attemptDetail> {}
export interface EndedAttempt extends Parsed<typeof endedAttempt> {}
export interface TaskRun extends Parsed<typeof taskRun> {}
/** A flow run with the version, flow and project that it is of. */
export interface FlowRun extends Parsed<typeof flowRun> {}
/** A flow run with its attempts and task runs. */
export interface FlowRunDetail extends Parsed<typeof flowRunDetail> {}
export interface Log extends Parsed<typeof log> {}
export interface AgentInfo extends Parsed<typeof agent> {}
export interface Claim extends Parsed<typeof claim> {}
export interface RegisteredFlow extends Parsed<typeof registeredFlow> {}
export interface ClaimedWork extends Parsed<typeof claimedWork> {}
export interface StartedRun extends Parsed<typeof startedRun> {}
export interface RecordedRun extends Parsed<typeof recordedRun> {}
export interface RecordedContainerLogs extends Parsed<typeof recordedContainerLogs> {}
export interface BegunLaunch extends Parsed<typeof begunLaunch> {}
export interface ClaimedDefinition extends Parsed<typeof claimedDefinition> {}
