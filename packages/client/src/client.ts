import {
  type CallRate,
  type ContainerLine,
  type Cost,
  type Diagnosis,
  type FlowStructure,
  type Infrastructure,
  type JsonObject,
  type ResourceUsage,
  SlipwayError,
  type Timeline,
} from "@slipway/core";
import { flowRunLogs, flowRunStateType, mutations, queries, subscriptions } from "./operations.ts";
import type * as records from "./records.ts";
import { containerLine, type RunEvent } from "./run-event.ts";
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
  /** Claims this run alone, and adopts nothing else. */
  readonly flowRunId?: string | undefined;
  /** Attempts that the agent looks after already: of them only those whose run is Cancelling are answered again. */
  readonly known?: readonly string[] | undefined;
}

/** A call rate that is shared by all who name its scope. */
export interface SharedRate extends CallRate {
  readonly scope: string;
}

export interface BeginLaunchInput {
  readonly agent: string;
  readonly attemptId: string;
  readonly variant: number;
  readonly rate: SharedRate;
}

export interface ClaimDefinitionInput {
  readonly agent: string;
  /** Of the definition's content and of where it is registered. */
  readonly hash: string;
  readonly rate: SharedRate;
}

export interface RecordObservationInput {
  readonly agent: string;
  readonly attemptId: string;
  /** An empty text clears it. */
  readonly status?: string | undefined;
  readonly timeline?: Timeline | undefined;
}

export interface EndAttemptInput {
  readonly agent: string;
  readonly attemptId: string;
  readonly diagnosis: Diagnosis;
  /** The run's next attempt. */
  readonly retry?:
    | { readonly startAt: string; readonly reason: string; readonly unlessStarted: boolean }
    | undefined;
  readonly timeline?: Timeline | undefined;
  readonly cost?: Cost | undefined;
  readonly logTail?: readonly string[] | undefined;
  /** The infrastructure with which the platform itself goes on. */
  readonly successor?: Infrastructure | undefined;
}

export interface RecordContainerLogsInput {
  readonly agent: string;
  readonly attemptId: string;
  /** By its place in the specification, for example `containers[1]`. */
  readonly container: string;
  /** Oldest first. */
  readonly lines: readonly ContainerLine[];
}

export interface RecordRunInput {
  readonly firstSequence: number;
  /** None for a heartbeat. */
  readonly events: readonly RunEvent[];
  readonly usage?: ResourceUsage | undefined;
  readonly timeline?: Timeline | undefined;
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
  /** What state a run is in; null where there is no such run. */
  flowRunStateType(id: string): Promise<string | null>;
  /** Oldest first. Throws `NOT_FOUND` for an unknown run. */
  flowRunLogs(id: string, page?: LogsPage): Promise<readonly records.Log[]>;
  agents(): Promise<readonly records.AgentInfo[]>;

  createProject(name: string): Promise<records.Project>;
  registerFlow(input: RegisterFlowInput): Promise<records.RegisteredFlow>;
  createFlowRun(input: CreateFlowRunInput): Promise<records.FlowRun>;
  /** Throws `NOT_FOUND`, or `STATE_CONFLICT` where the run has ended otherwise. */
  cancelFlowRun(id: string): Promise<records.FlowRun>;

  claimWork(input: ClaimWorkInput): Promise<records.ClaimedWork>;
  renewLeases(agent: string, attemptIds: readonly string[]): Promise<readonly string[]>;
  recordInfrastructure(
    agent: string,
    attemptId: string,
    infrastructure: Infrastructure,
  ): Promise<records.Attempt>;
  recordObservation(input: RecordObservationInput): Promise<records.Attempt>;
  /** Where no successor is opened for the one that was given, the attempt stays open: what goes on is to be stopped first. */
  endAttempt(input: EndAttemptInput): Promise<records.EndedAttempt>;
  /** Lines that are too long are cut. */
  recordContainerLogs(input: RecordContainerLogsInput): Promise<records.RecordedContainerLogs>;
  releaseAttempt(agent: string, attemptId: string): Promise<records.Attempt>;
  beginLaunch(input: BeginLaunchInput): Promise<records.BegunLaunch>;
  claimDefinition(input: ClaimDefinitionInput): Promise<records.ClaimedDefinition>;
  recordDefinition(agent: string, hash: string, revision: number): Promise<boolean>;
  forgetDefinition(agent: string, hash: string, revision?: number): Promise<boolean>;

  /** With a run token of its own making (`slr_` and 43 characters of base64url) the swap is said again where its answer was lost. */
  startRun(runToken?: string): Promise<records.StartedRun>;
  recordRun(input: RecordRunInput): Promise<records.RecordedRun>;

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
    ...launching(transport),
    startRun: (runToken) =>
      transport.call(mutations.startRun, { runToken }, runToken !== undefined),
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
    flowRunStateType: async (id: string) =>
      (await transport.call(flowRunStateType, { id }))?.stateType ?? null,
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
    cancelFlowRun: (id: string) => transport.call(mutations.cancelFlowRun, { id }),
  };
}

function operating(transport: Transport) {
  return {
    claimWork: (input: ClaimWorkInput) => transport.call(mutations.claimWork, { input }),
    renewLeases: (agent: string, attemptIds: readonly string[]) =>
      transport.call(mutations.renewLeases, { agent, attemptIds }),
    recordInfrastructure: (agent: string, attemptId: string, infrastructure: Infrastructure) =>
      transport.call(mutations.recordInfrastructure, { agent, attemptId, infrastructure }),
    recordObservation: (input: RecordObservationInput) =>
      transport.call(mutations.recordObservation, { input }),
    endAttempt: (input: EndAttemptInput) => transport.call(mutations.endAttempt, { input }),
    recordContainerLogs: (input: RecordContainerLogsInput) =>
      transport.call(mutations.recordContainerLogs, {
        input: { ...input, lines: input.lines.map(containerLine) },
      }),
    releaseAttempt: (agent: string, attemptId: string) =>
      transport.call(mutations.releaseAttempt, { agent, attemptId }),
  };
}

function launching(transport: Transport) {
  return {
    beginLaunch: (input: BeginLaunchInput) => transport.call(mutations.beginLaunch, { input }),
    claimDefinition: (input: ClaimDefinitionInput) =>
      transport.call(mutations.claimDefinition, { input }),
    recordDefinition: (agent: string, hash: string, revision: number) =>
      transport.call(mutations.recordDefinition, { agent, hash, revision }),
    forgetDefinition: (agent: string, hash: string, revision?: number) =>
      transport.call(mutations.forgetDefinition, { agent, hash, revision }),
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
