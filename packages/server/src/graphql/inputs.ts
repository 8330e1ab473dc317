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
    flowRunId: t.id({ description: "Claims this run alone, and adopts nothing else." }),
    known: t.idList({
      description:
        "Attempts that the agent looks after already: of them only those whose run is Cancelling are answered again.",
    }),
  }),
});

const RateInput = builder.inputType("RateInput", {
  description:
    "A bucket of `burst` calls that fills with `perSecond`, shared by all who name the same scope and operation.",
  fields: (t) => ({
    scope: t.string({
      required: true,
      description: "A hash that tells accounts and regions apart.",
    }),
    operation: t.string({ required: true }),
    burst: t.int({ required: true }),
    perSecond: t.float({ required: true }),
  }),
});

export const BeginLaunchInput = builder.inputType("BeginLaunchInput", {
  fields: (t) => ({
    agent: t.string({ required: true }),
    attemptId: t.id({ required: true }),
    variant: t.int({ required: true, description: "Which of the author's ways to launch." }),
    rate: t.field({ type: RateInput, required: true }),
  }),
});

export const ClaimDefinitionInput = builder.inputType("ClaimDefinitionInput", {
  fields: (t) => ({
    agent: t.string({ required: true }),
    hash: t.string({ required: true }),
    rate: t.field({ type: RateInput, required: true }),
  }),
});

export const RecordObservationInput = builder.inputType("RecordObservationInput", {
  fields: (t) => ({
    agent: t.string({ required: true }),
    attemptId: t.id({ required: true }),
    status: t.string({ description: "An empty text clears it." }),
    timeline: t.field({ type: "JSON" }),
  }),
});

const RetryInput = builder.inputType("RetryInput", {
  description: "The run's next attempt.",
  fields: (t) => ({
    startAt: t.field({ type: "DateTime", required: true }),
    reason: t.string({ required: true }),
    unlessStarted: t.boolean({
      required: true,
      description: "Only where the run's process never checked in.",
    }),
  }),
});

export const EndAttemptInput = builder.inputType("EndAttemptInput", {
  fields: (t) => ({
    agent: t.string({ required: true }),
    attemptId: t.id({ required: true }),
    diagnosis: t.field({ type: "JSON", required: true }),
    retry: t.field({ type: RetryInput }),
    timeline: t.field({ type: "JSON" }),
    cost: t.field({ type: "JSON" }),
    logTail: t.stringList(),
    successor: t.field({
      type: "JSON",
      description:
        "The infrastructure with which the platform itself goes on. The next attempt has it then, and the token of this one. Where the run is over or is being cancelled the attempt stays open instead: stop what goes on, and say it again without.",
    }),
  }),
});

const ContainerLineInput = builder.inputType("ContainerLineInput", {
  fields: (t) => ({
    timestamp: t.string({
      required: true,
      description: "RFC 3339 with up to nine digits of a second.",
    }),
    message: t.string({ required: true }),
  }),
});

export const RecordContainerLogsInput = builder.inputType("RecordContainerLogsInput", {
  fields: (t) => ({
    agent: t.string({ required: true }),
    attemptId: t.id({ required: true }),
    container: t.string({ required: true }),
    lines: t.field({ type: [ContainerLineInput], required: true, description: "Oldest first." }),
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
    events: t.field({
      type: [RunEventInput],
      required: true,
      description: "None for a heartbeat.",
    }),
    usage: t.field({ type: "JSON", description: "Replaces what was said before." }),
    timeline: t.field({ type: "JSON", description: "Added to the attempt's." }),
  }),
});
