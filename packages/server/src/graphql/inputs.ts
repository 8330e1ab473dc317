import { builder } from "./builder.ts";

export const RegisterFlowInput = builder.inputType("RegisterFlowInput", {
  fields: (t) => ({
    project: t.string({ required: true }),
    structure: t.field({ type: "JSON", required: true }),
    image: t.string({ required: true }),
    environmentType: t.string({ required: true }),
    labels: t.stringList({ required: true }),
  }),
});

export const CreateFlowRunInput = builder.inputType("CreateFlowRunInput", {
  fields: (t) => ({
    flowVersionId: t.id({
      description: "A flow version's id; otherwise project and flow name, for the latest version.",
    }),
    project: t.string(),
    flow: t.string(),
    name: t.string(),
    parameters: t.field({ type: "JSON" }),
    scheduledStartTime: t.field({ type: "DateTime" }),
    idempotencyKey: t.string(),
  }),
});

export const ClaimWorkInput = builder.inputType("ClaimWorkInput", {
  fields: (t) => ({
    agent: t.string({ required: true }),
    labels: t.stringList({
      required: true,
      description:
        "A run goes to an agent that has all of its labels; a run without labels only to an agent without labels.",
    }),
    limit: t.int({ required: true }),
  }),
});

const TaskRunStateInput = builder.inputType("TaskRunStateInput", {
  fields: (t) => ({
    taskSlug: t.string({ required: true }),
    mapIndex: t.int({ required: true }),
    state: t.field({ type: "JSON", required: true }),
  }),
});

const LogInput = builder.inputType("LogInput", {
  fields: (t) => ({
    timestamp: t.field({ type: "DateTime", required: true }),
    level: t.string({ required: true }),
    message: t.string({ required: true }),
    taskSlug: t.string(),
    mapIndex: t.int(),
  }),
});

const RunEventInput = builder.inputType("RunEventInput", {
  description: "One of the three.",
  fields: (t) => ({
    flowRunState: t.field({ type: "JSON" }),
    taskRunState: t.field({ type: TaskRunStateInput }),
    log: t.field({ type: LogInput }),
  }),
});

export const RecordRunInput = builder.inputType("RecordRunInput", {
  fields: (t) => ({
    firstSequence: t.int({
      required: true,
      description:
        "Sequence number of the first event: events below what the server has are passed over.",
    }),
    events: t.field({ type: [RunEventInput], required: true }),
  }),
});
