import * as records from "./records.ts";
import { flag, json, list, nullable, record, type Shape, text } from "./shape.ts";

/** One GraphQL operation: its text, and how its answer is read. */
export interface Operation<T> {
  readonly name: string;
  readonly text: string;
  /** True where sending it twice does no more than sending it once, so that a lost answer is asked for again. */
  readonly repeatable: boolean;
  parse(data: unknown): T;
}

type Kind = "query" | "mutation" | "subscription";

/** `signature` is the field with its arguments as in the schema, for example `flowRun(id: ID!)`. */
function operation<T>(
  kind: Kind,
  signature: string,
  shape: Shape<T>,
  repeatable = true,
): Operation<T> {
  const [, field = "", list = ""] = /^(\w+)(?:\((.*)\))?$/.exec(signature) ?? [];
  const names = [...list.matchAll(/(\w+):/g)].map(([, name]) => name);
  const variables = list && `(${list.replaceAll(/(\w+):/g, "$$$1:")})`;
  const given = list && `(${names.map((name) => `${name}: $${name}`).join(", ")})`;
  const envelope = record({ [field]: shape });
  return {
    name: field,
    text: `${kind} ${field}${variables} { ${field}${given}${shape.selection} }`,
    repeatable,
    // The envelope has this one field, parsed by `shape`.
    parse: (data) => envelope.parse(data, "data")[field] as T,
  };
}

const logs = record({ logs: list(records.log) });

export const queries = {
  server: operation("query", "server", records.serverInfo),
  projects: operation("query", "projects", list(records.project)),
  flows: operation("query", "flows(project: String)", list(records.flow)),
  flowVersion: operation("query", "flowVersion(id: ID!)", nullable(records.flowVersion)),
  flowRuns: operation(
    "query",
    "flowRuns(project: String, flow: String, stateType: [String!], first: Int)",
    list(records.flowRun),
  ),
  flowRun: operation("query", "flowRun(id: ID!)", nullable(records.flowRunDetail)),
  agents: operation("query", "agents", list(records.agent)),
};

/** One word of a run, for who asks often. */
export const flowRunStateType = operation(
  "query",
  "flowRun(id: ID!)",
  nullable(record({ stateType: text })),
);

/** Written out, since its arguments stand one level deeper. */
export const flowRunLogs: Operation<{
  readonly flowRun: { readonly logs: readonly records.Log[] } | null;
}> = {
  name: "flowRunLogs",
  text: `query flowRunLogs($id: ID!, $after: ID, $first: Int) { flowRun(id: $id) { logs(after: $after, first: $first)${records.log.selection} } }`,
  repeatable: true,
  parse: (data) => record({ flowRun: nullable(logs) }).parse(data, "data"),
};

export const mutations = {
  createProject: operation("mutation", "createProject(name: String!)", records.project),
  registerFlow: operation(
    "mutation",
    "registerFlow(input: RegisterFlowInput!)",
    records.registeredFlow,
  ),
  /** Repeatable only with an idempotency key, and then the client says so. */
  createFlowRun: operation(
    "mutation",
    "createFlowRun(input: CreateFlowRunInput!)",
    records.flowRun,
    false,
  ),
  cancelFlowRun: operation("mutation", "cancelFlowRun(id: ID!)", records.flowRun),
  /** A claim whose answer was lost comes back as adopted. */
  claimWork: operation("mutation", "claimWork(input: ClaimWorkInput!)", records.claimedWork),
  renewLeases: operation("mutation", "renewLeases(agent: String!, attemptIds: [ID!]!)", list(text)),
  recordInfrastructure: operation(
    "mutation",
    "recordInfrastructure(agent: String!, attemptId: ID!, infrastructure: JSON!)",
    records.attempt,
  ),
  recordObservation: operation(
    "mutation",
    "recordObservation(input: RecordObservationInput!)",
    records.attempt,
  ),
  endAttempt: operation("mutation", "endAttempt(input: EndAttemptInput!)", records.endedAttempt),
  recordContainerLogs: operation(
    "mutation",
    "recordContainerLogs(input: RecordContainerLogsInput!)",
    records.recordedContainerLogs,
  ),
  releaseAttempt: operation(
    "mutation",
    "releaseAttempt(agent: String!, attemptId: ID!)",
    records.attempt,
  ),
  /** Sent twice, it takes one call too many of the rate: that only delays. */
  beginLaunch: operation("mutation", "beginLaunch(input: BeginLaunchInput!)", records.begunLaunch),
  /** A leave to register whose answer was lost runs out by itself. */
  claimDefinition: operation(
    "mutation",
    "claimDefinition(input: ClaimDefinitionInput!)",
    records.claimedDefinition,
  ),
  recordDefinition: operation(
    "mutation",
    "recordDefinition(agent: String!, hash: String!, revision: Int!)",
    flag,
  ),
  forgetDefinition: operation(
    "mutation",
    "forgetDefinition(agent: String!, hash: String!, revision: Int)",
    flag,
  ),
  /** Swaps a one-use token: repeatable only with a run token of the caller's own, and then the client says so. */
  startRun: operation("mutation", "startRun(runToken: String)", records.startedRun, false),
  recordRun: operation("mutation", "recordRun(input: RecordRunInput!)", records.recordedRun),
};

export const subscriptions = {
  workAvailable: operation(
    "subscription",
    "workAvailable(agent: String!, labels: [String!]!)",
    json,
  ),
  flowRunChanged: operation("subscription", "flowRunChanged(id: ID!)", records.flowRunDetail),
};
