import {
  type Diagnosis,
  type FlowStructure,
  type Infrastructure,
  type JsonObject,
  SlipwayError,
} from "@slipway/core";
import { flowRunLogs, mutations, queries, subscriptions } from "./operations.ts";
import type * as records from "./records.ts";
import type { RunEvent } from "./run-event.ts";
import { type SubscribeOptions, subscribe } from "./subscribe.ts";
import { Transport, type TransportOptions } from "./transport.ts";

export type ClientOptions = TransportOptions;

export interface FlowRunsFilter {
  readonly project?: string | undefined;
  readonly flow?: string | undefined;
  readonly stateType?: readonly string[] | undefined;
  /** 50 unless told. */
  readonly first?: number | undefined;
}

export interface RegisterFlowInput {
  readonly project: string;
  readonly structure: FlowStructure;
  readonly image: string;
  readonly environmentType: string;
  readonly labels: readonly string[];
}

export interface CreateFlowRunInput {
  readonly flowVersionId?: string | undefined;
  readonly project?: string | undefined;
  readonly flow?: string | undefined;
  readonly name?: string | undefined;
  readonly parameters?: JsonObject | undefined;
  readonly scheduledStartTime?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface ClaimWorkInput {
  readonly agent: string;
  readonly labels: readonly string[];
  readonly limit: number;
}

export interface RecordRunInput {
  readonly firstSequence: number;
  readonly events: readonly RunEvent[];
}

export interface LogsPage {
  /** The id of the last record that is known already. */
  readonly after?: string | undefined;
  /** 1,000 unless told. */
  readonly first?: number | undefined;
}

/**
 * The server's API, one method an operation. Every method throws `SERVER_UNREACHABLE` when nothing
 * answers, `UNAUTHENTICATED` when the key is refused, and the code of any error that the server gives.
 */
export interface SlipwayClient {
  readonly url: string;
  server(): Promise<records.ServerInfo>;
  projects(): Promise<readonly records.Project[]>;
  flows(project?: string): Promise<readonly records.FlowSummary[]>;
  flowVersion(id: string): Promise<records.FlowVersion | null>;
  flowRuns(filter?: FlowRunsFilter): Promise<readonly records.FlowRun[]>;
  flowRun(id: string): Promise<records.FlowRunDetail | null>;
  /** Oldest first. Throws `NOT_FOUND` for an unknown run. */
  flowRunLogs(id: string, page?: LogsPage): Promise<readonly records.Log[]>;
  agents(): Promise<readonly records.AgentInfo[]>;

  createProject(name: string): Promise<records.Project>;
  registerFlow(input: RegisterFlowInput): Promise<records.RegisteredFlow>;
  createFlowRun(input: CreateFlowRunInput): Promise<records.FlowRun>;

  claimWork(input: ClaimWorkInput): Promise<records.ClaimedWork>;
  renewLeases(agent: string, attemptIds: readonly string[]): Promise<readonly string[]>;
  recordInfrastructure(
    agent: string,
    attemptId: string,
    infrastructure: Infrastructure,
  ): Promise<records.Attempt>;
  endAttempt(agent: string, attemptId: string, diagnosis: Diagnosis): Promise<records.Attempt>;

  startRun(): Promise<records.StartedRun>;
  recordRun(input: RecordRunInput): Promise<{ readonly nextSequence: number }>;

  /** Yields when there may be work: once connected, and each time the server says so. Connects again by itself. */
  subscribeWorkAvailable(
    agent: string,
    labels: readonly string[],
    options?: SubscribeOptions,
  ): AsyncIterable<void>;
  /** Yields the run as it is now, and then each time it changes. Connects again by itself. Throws `NOT_FOUND`. */
  subscribeFlowRunChanged(
    id: string,
    options?: SubscribeOptions,
  ): AsyncIterable<records.FlowRunDetail>;
}

/** Makes a client of the server at `url`. Opens no connection yet. */
export function createClient(options: ClientOptions): SlipwayClient {
  const transport = new Transport(options);
  return {
    url: options.url,
    ...reading(transport),
    ...authoring(transport),
    ...operating(transport),
    startRun: () => transport.call(mutations.startRun, {}),
    recordRun: (input) => transport.call(mutations.recordRun, { input }),
    ...subscribing(transport),
  };
}

function reading(transport: Transport) {
  return {
    server: () => transport.call(queries.server, {}),
    projects: () => transport.call(queries.projects, {}),
    flows: (project?: string) => transport.call(queries.flows, { project }),
    flowVersion: (id: string) => transport.call(queries.flowVersion, { id }),
    flowRuns: (filter: FlowRunsFilter = {}) =>
      transport.call(queries.flowRuns, { first: 50, ...filter }),
    flowRun: (id: string) => transport.call(queries.flowRun, { id }),
    async flowRunLogs(id: string, page: LogsPage = {}) {
      const answer = await transport.call(flowRunLogs, { id, first: 1_000, ...page });
      if (!answer.flowRun) throw unknownFlowRun(id);
      return answer.flowRun.logs;
    },
    agents: () => transport.call(queries.agents, {}),
  };
}

function authoring(transport: Transport) {
  return {
    createProject: (name: string) => transport.call(mutations.createProject, { name }),
    registerFlow: (input: RegisterFlowInput) => transport.call(mutations.registerFlow, { input }),
    createFlowRun: (input: CreateFlowRunInput) =>
      transport.call(mutations.createFlowRun, { input }, input.idempotencyKey !== undefined),
  };
}

function operating(transport: Transport) {
  return {
    claimWork: (input: ClaimWorkInput) => transport.call(mutations.claimWork, { input }),
    renewLeases: (agent: string, attemptIds: readonly string[]) =>
      transport.call(mutations.renewLeases, { agent, attemptIds }),
    recordInfrastructure: (agent: string, attemptId: string, infrastructure: Infrastructure) =>
      transport.call(mutations.recordInfrastructure, { agent, attemptId, infrastructure }),
    endAttempt: (agent: string, attemptId: string, diagnosis: Diagnosis) =>
      transport.call(mutations.endAttempt, { agent, attemptId, diagnosis }),
  };
}

function subscribing(transport: Transport) {
  return {
    async *subscribeWorkAvailable(
      agent: string,
      labels: readonly string[],
      options?: SubscribeOptions,
    ) {
      const variables = { agent, labels };
      for await (const _ of subscribe(transport, subscriptions.workAvailable, variables, options))
        yield;
    },
    async *subscribeFlowRunChanged(id: string, options?: SubscribeOptions) {
      for await (const item of subscribe(
        transport,
        subscriptions.flowRunChanged,
        { id },
        options,
      )) {
        yield item.kind === "next" ? item.value : await currentRun(transport, id);
      }
    },
  };
}

/** What changed while there was no connection is told by the run as it is now. */
async function currentRun(transport: Transport, id: string): Promise<records.FlowRunDetail> {
  const run = await transport.call(queries.flowRun, { id });
  if (!run) throw unknownFlowRun(id);
  return run;
}

function unknownFlowRun(id: string): SlipwayError {
  return new SlipwayError(
    "NOT_FOUND",
    `There is no flow run ${id}; \`slipway flow-runs list\` shows those that there are`,
    { path: "id", given: id },
  );
}
