import { isStateType, STATE_TYPES, type StateType } from "@slipway/core";
import { listAgents } from "../db/agents.ts";
import { listFlowRuns } from "../db/flow-runs.ts";
import { listFlows } from "../db/flows.ts";
import { listProjects } from "../db/projects.ts";
import { isUuid } from "../ids.ts";
import { refusal } from "../services/input.ts";
import { getProject } from "../services/projects.ts";
import { builder } from "./builder.ts";
import { Agent, Flow, FlowRun, FlowVersion, Project } from "./objects.ts";
import { parsePage } from "./paging.ts";

const MOST_RUNS = 500;

const Server = builder.objectRef<{ version: string; installationId: string }>("Server").implement({
  fields: (t) => ({
    version: t.exposeString("version"),
    installationId: t.exposeID("installationId"),
  }),
});

builder.queryFields((t) => ({
  server: t.field({
    type: Server,
    resolve: (_, __, { version, installation }) => ({ version, installationId: installation.id }),
  }),
  projects: t.field({
    type: [Project],
    resolve: (_, __, { database }) => listProjects(database.read),
  }),
  flows: t.field({
    type: [Flow],
    description: "The flows of all projects, or of one, by name.",
    args: { project: t.arg.string() },
    resolve: async (_, { project }, { database }) =>
      listFlows(
        database.read,
        project ? [(await getProject(database.read, project)).id] : undefined,
      ),
  }),
  flowVersion: t.field({
    type: FlowVersion,
    nullable: true,
    description: "A flow version by id.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, { loaders }) => (isUuid(id) ? loaders.flowVersion(id) : null),
  }),
  flowRuns: t.field({
    type: [FlowRun],
    description: "Newest first.",
    args: {
      project: t.arg.string(),
      flow: t.arg.string(),
      stateType: t.arg.stringList(),
      first: t.arg.int({ defaultValue: 50 }),
    },
    resolve: async (_, { project, flow, stateType, first }, { database }) =>
      listFlowRuns(database.read, {
        projectId: project ? (await getProject(database.read, project)).id : undefined,
        flow: flow ?? undefined,
        stateTypes: stateType?.map(parseStateType),
        first: parsePage(first, MOST_RUNS),
      }),
  }),
  flowRun: t.field({
    type: FlowRun,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, { loaders }) => (isUuid(id) ? loaders.flowRun(id) : null),
  }),
  agents: t.field({
    type: [Agent],
    resolve: (_, __, { database }) => listAgents(database.read),
  }),
}));

function parseStateType(type: string): StateType {
  if (isStateType(type)) return type;
  throw refusal("stateType", type, `one of ${STATE_TYPES.join(", ")}`);
}
