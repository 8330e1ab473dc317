import { recordInfrastructure, recordObservation, releaseAttempt } from "../services/attempts.ts";
import { beginLaunch } from "../services/begin-launch.ts";
import { cancelFlowRun } from "../services/cancel-flow-run.ts";
import { claimWork, renewLeases } from "../services/claim-work.ts";
import { createFlowRun } from "../services/create-flow-run.ts";
import { endAttempt } from "../services/end-attempt.ts";
import { createProject } from "../services/projects.ts";
import { recordContainerLogs } from "../services/record-container-logs.ts";
import { recordRun } from "../services/record-run.ts";
import { registerFlow } from "../services/register-flow.ts";
import { startRun } from "../services/start-run.ts";
import {
  claimDefinition,
  forgetDefinition,
  recordDefinition,
} from "../services/task-definitions.ts";
import { builder } from "./builder.ts";
import type { Caller } from "./context.ts";
import {
  BeginLaunchInput,
  ClaimDefinitionInput,
  ClaimWorkInput,
  CreateFlowRunInput,
  EndAttemptInput,
  RecordContainerLogsInput,
  RecordObservationInput,
  RecordRunInput,
  RegisterFlowInput,
} from "./inputs.ts";
import { Attempt, FlowRun, Project } from "./objects.ts";
import {
  BeginLaunchPayload,
  ClaimDefinitionPayload,
  ClaimWorkPayload,
  RecordContainerLogsPayload,
  RecordRunPayload,
  RegisterFlowPayload,
  StartRunPayload,
} from "./payloads.ts";

builder.mutationFields((t) => ({
  createProject: t.field({
    type: Project,
    description: "Answers the project that is there already, too.",
    args: { name: t.arg.string({ required: true }) },
    resolve: (_, { name }, { database }) => database.transact((tx) => createProject(tx, name)),
  }),
  registerFlow: t.field({
    type: RegisterFlowPayload,
    description:
      "Makes a new version, unless structure, image and environment type are those of the latest one.",
    args: { input: t.arg({ type: RegisterFlowInput, required: true }) },
    resolve: (_, { input }, { database }) => database.transact((tx) => registerFlow(tx, input)),
  }),
  createFlowRun: t.field({
    type: FlowRun,
    args: { input: t.arg({ type: CreateFlowRunInput, required: true }) },
    resolve: (_, { input }, { database }) =>
      database.transact((tx) => createFlowRun(tx, input, new Date())),
  }),
  cancelFlowRun: t.field({
    type: FlowRun,
    description:
      "Ends a run: at once where nothing was launched, else it is Cancelling until its agent has seen its infrastructure stopped. Asking again changes nothing.",
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, { database }) =>
      database.transact((tx) => cancelFlowRun(tx, id, new Date())),
  }),
}));

const agent = { required: true } as const;

builder.mutationFields((t) => ({
  claimWork: t.field({
    type: ClaimWorkPayload,
    description:
      "For agents: takes due runs whose labels the agent has, at most `limit`, and the open attempts that it must look after (its own by name, and those whose lease has lapsed).",
    args: { input: t.arg({ type: ClaimWorkInput, required: true }) },
    resolve: (_, { input }, { database }) =>
      database.transact((tx) => claimWork(tx, input, new Date())),
  }),
  renewLeases: t.idList({
    description:
      "For agents: keeps the leases of the attempts it looks after. Answers the ids that are still its own.",
    args: { agent: t.arg.string(agent), attemptIds: t.arg.idList({ required: true }) },
    resolve: (_, { agent, attemptIds }, { database }) =>
      database.transact((tx) => renewLeases(tx, agent, attemptIds)),
  }),
}));

builder.mutationFields((t) => ({
  beginLaunch: t.field({
    type: BeginLaunchPayload,
    description:
      "For agents: writes down that an attempt is about to be launched, takes one call of the rate, and answers how long to wait before the call.",
    args: { input: t.arg({ type: BeginLaunchInput, required: true }) },
    resolve: (_, { input }, { database }) => beginLaunch(database, input),
  }),
  claimDefinition: t.field({
    type: ClaimDefinitionPayload,
    description:
      "For agents: the revision recorded under a hash, or leave to register it (to one agent at a time), or how long to wait before asking again.",
    args: { input: t.arg({ type: ClaimDefinitionInput, required: true }) },
    resolve: (_, { input }, { database }) => claimDefinition(database, input),
  }),
  recordDefinition: t.boolean({
    description: "For agents: what was registered under a hash.",
    args: {
      agent: t.arg.string(agent),
      hash: t.arg.string({ required: true }),
      revision: t.arg.int({ required: true }),
    },
    resolve: (_, input, { database }) => recordDefinition(database.read, input),
  }),
  forgetDefinition: t.boolean({
    description:
      "For agents: the platform does not have this revision any more, or it could not be registered (no revision).",
    args: {
      agent: t.arg.string(agent),
      hash: t.arg.string({ required: true }),
      revision: t.arg.int(),
    },
    resolve: (_, input, { database }) => forgetDefinition(database.read, input),
  }),
}));

builder.mutationFields((t) => ({
  recordInfrastructure: t.field({
    type: Attempt,
    description: "For agents: records what was launched.",
    args: {
      agent: t.arg.string(agent),
      attemptId: t.arg.id({ required: true }),
      infrastructure: t.arg({ type: "JSON", required: true }),
    },
    resolve: (_, input, { database }) => database.transact((tx) => recordInfrastructure(tx, input)),
  }),
  recordObservation: t.field({
    type: Attempt,
    description:
      "For agents: what is seen of an attempt while it is open. What is not given stays; a timeline is added to.",
    args: { input: t.arg({ type: RecordObservationInput, required: true }) },
    resolve: (_, { input }, { database }) =>
      database.transact((tx) => recordObservation(tx, input)),
  }),
  endAttempt: t.field({
    type: Attempt,
    description:
      "For agents: the attempt's infrastructure has ended, or could not be launched. A run that is unfinished then is Scheduled again where `retry` says so, Cancelled where that was asked for, and else Failed with the diagnosis.",
    args: { input: t.arg({ type: EndAttemptInput, required: true }) },
    resolve: (_, { input }, { database }) =>
      database.transact((tx) => endAttempt(tx, input, new Date())),
  }),
  recordContainerLogs: t.field({
    type: RecordContainerLogsPayload,
    description:
      "For agents: lines that a container wrote and that the run's process does not report itself. What is not after the container's cursor is passed over.",
    args: { input: t.arg({ type: RecordContainerLogsInput, required: true }) },
    resolve: (_, { input }, { database }) =>
      database.transact((tx) => recordContainerLogs(tx, input)),
  }),
  releaseAttempt: t.field({
    type: Attempt,
    description: "For agents: gives an attempt back, to be looked after by whichever agent fits.",
    args: { agent: t.arg.string(agent), attemptId: t.arg.id({ required: true }) },
    resolve: (_, input, { database }) => database.transact((tx) => releaseAttempt(tx, input)),
  }),
}));

builder.mutationFields((t) => ({
  startRun: t.field({
    type: StartRunPayload,
    description:
      "For the run's process: swaps its one-use bootstrap token (given as bearer token). With a run token of its own making (`slr_` and 43 characters of base64url) the swap can be said again when its answer was lost; another run token is refused.",
    args: { runToken: t.arg.string() },
    resolve: (_, { runToken }, { database, installation, caller }) =>
      database.transact((tx) => startRun(tx, installation.secret, tokenOf(caller), runToken)),
  }),
  recordRun: t.field({
    type: RecordRunPayload,
    description:
      "For the run's process, with its run token: records what happened, in order. Sending the same batch again changes nothing.",
    args: { input: t.arg({ type: RecordRunInput, required: true }) },
    resolve: (_, { input }, { database, caller }) => recordRun(database, tokenOf(caller), input),
  }),
}));

/** The guard has let through only callers that have one. */
function tokenOf(caller: Caller): string {
  return "token" in caller ? caller.token : "";
}
