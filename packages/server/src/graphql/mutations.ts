import { endAttempt, recordInfrastructure } from "../services/attempts.ts";
import { claimWork, renewLeases } from "../services/claim-work.ts";
import { createFlowRun } from "../services/create-flow-run.ts";
import { createProject } from "../services/projects.ts";
import { recordRun } from "../services/record-run.ts";
import { registerFlow } from "../services/register-flow.ts";
import { startRun } from "../services/start-run.ts";
import { builder } from "./builder.ts";
import type { Caller } from "./context.ts";
import { ClaimWorkInput, CreateFlowRunInput, RecordRunInput, RegisterFlowInput } from "./inputs.ts";
import { Attempt, FlowRun, Project } from "./objects.ts";
import {
  ClaimWorkPayload,
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
  endAttempt: t.field({
    type: Attempt,
    description:
      "For agents: the attempt's infrastructure has ended, or could not be launched. A run that is unfinished then ends Failed with the diagnosis.",
    args: {
      agent: t.arg.string(agent),
      attemptId: t.arg.id({ required: true }),
      diagnosis: t.arg({ type: "JSON", required: true }),
    },
    resolve: (_, input, { database }) =>
      database.transact((tx) => endAttempt(tx, input, new Date())),
  }),
}));

builder.mutationFields((t) => ({
  startRun: t.field({
    type: StartRunPayload,
    description:
      "For the run's process: swaps its one-use bootstrap token (given as bearer token).",
    resolve: (_, __, { database, installation, caller }) =>
      database.transact((tx) => startRun(tx, installation.secret, tokenOf(caller))),
  }),
  recordRun: t.field({
    type: RecordRunPayload,
    description:
      "For the run's process, with its run token: records what happened, in order. Sending the same batch again changes nothing.",
    args: { input: t.arg({ type: RecordRunInput, required: true }) },
    resolve: async (_, { input }, { database, caller }) => ({
      nextSequence: await database.transact((tx) => recordRun(tx, tokenOf(caller), input)),
    }),
  }),
}));

/** The guard has let through only callers that have one. */
function tokenOf(caller: Caller): string {
  return "token" in caller ? caller.token : "";
}
