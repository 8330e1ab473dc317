import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlowStructure, isPlainObject } from "@slipway/core";
import pg from "pg";
import type { Address } from "../src/db/connection.ts";
import { type ServerOptions, startServer } from "../src/start-server.ts";

/** A database to test on; without one each test file runs an embedded one of its own. */
const GIVEN_URL = process.env["SLIPWAY_TEST_DATABASE_URL"];

export interface TestServer {
  readonly url: string;
  readonly graphqlUrl: string;
  readonly dataDir: string;
  readonly address: Address;
  readonly log: string[];
  /** Sends an operation; throws an `ApiError` for its first error. */
  gql(query: string, variables?: object, token?: string): Promise<Answer>;
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
export type Answer = any;

class ApiError extends Error {
  readonly code: string;
  readonly details: Record<string, unknown>;
  readonly status: number;

  constructor(message: string, code: string, details: Record<string, unknown>, status: number) {
    super(message);
    this.code = code;
    this.details = details;
    this.status = status;
  }
}

export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "slipway-server-"));
  const database = GIVEN_URL ? await createDatabase(GIVEN_URL) : undefined;
  const log: string[] = [];
  const discard = async () => {
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir,
    databaseUrl: database?.url,
    log: (line) => log.push(line),
    ...options,
  }).catch(async (error: unknown) => {
    await discard();
    throw error;
  });
  const address = database ? { connectionString: database.url } : embeddedAddress(dataDir);
  const pool = new pg.Pool({ ...address, max: 2, options: "-c search_path=slipway" });
  pool.on("error", () => undefined);
  return {
    ...server,
    dataDir,
    address,
    log,
    gql: (query, variables, token) =>
      send(server.graphqlUrl, query, variables, token ?? options.apiKey),
    sql: async (text, values) => (await pool.query(text, values)).rows,
    async close() {
      await pool.end();
      await server.close();
      await discard();
    },
  };
}

/** Where the embedded server of a data folder listens. */
function embeddedAddress(dataDir: string): Address {
  const host = join(dataDir, "postgres");
  return { host, port: 5432, user: "slipway", password: "", database: "postgres" };
}

async function createDatabase(base: string) {
  const name = `slipway_test_${process.pid}_${Math.random().toString(36).slice(2)}`;
  const run = async (text: string) => {
    const client = new pg.Client({ connectionString: base });
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  };
  await run(`create database ${name}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) };
}

export async function send(
  url: string,
  query: string,
  variables: object = {},
  token?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const answer: unknown = await response.json();
  const { data, errors } = isPlainObject(answer) ? answer : {};
  if (!Array.isArray(errors)) return data;
  const { message, extensions } = errors[0];
  throw new ApiError(message, extensions?.code, extensions?.details ?? {}, response.status);
}

export function structureOf(name: string, change: Partial<FlowStructure> = {}): FlowStructure {
  return {
    version: 1,
    name,
    tasks: [
      { slug: "extract", name: "extract", mapped: false },
      { slug: "square", name: "square", mapped: true },
      { slug: "load", name: "load", mapped: false },
    ],
    edges: [
      { upstream: "extract", downstream: "square", key: "x", mapped: true, flattened: false },
      { upstream: "square", downstream: "load", key: "rows", mapped: false, flattened: false },
    ],
    parameters: [],
    referenceTasks: ["load"],
    ...change,
  };
}

export const IMAGE = `registry.example/flows@sha256:${"a".repeat(64)}`;

/** Registers a flow and answers its version's id. */
export async function register(
  server: TestServer,
  name: string,
  {
    labels = [],
    image = IMAGE,
    ...change
  }: Partial<FlowStructure> & { labels?: string[]; image?: string } = {},
): Promise<string> {
  const input = {
    project: "default",
    structure: structureOf(name, change),
    image,
    environmentType: "FargateTaskEnvironment",
    labels,
  };
  const { registerFlow } = await server.gql(
    `mutation ($input: RegisterFlowInput!) { registerFlow(input: $input) { flowVersion { id } } }`,
    { input },
  );
  return registerFlow.flowVersion.id;
}

export async function createRun(
  server: TestServer,
  flowVersionId: string,
  more: object = {},
): Promise<string> {
  const { createFlowRun } = await server.gql(
    `mutation ($input: CreateFlowRunInput!) { createFlowRun(input: $input) { id } }`,
    { input: { flowVersionId, ...more } },
  );
  return createFlowRun.id;
}

const CLAIM = `{
  bootstrapToken leaseSeconds begunVariant earlier logCursors
  attempt { id number agentName infrastructure timeline status } flowRun { id stateType stateVersion }
}`;

export async function claim(
  server: TestServer,
  agent: string,
  {
    labels = [],
    limit = 10,
    flowRunId,
    known,
  }: { labels?: string[]; limit?: number; flowRunId?: string; known?: string[] } = {},
): Promise<Answer> {
  const { claimWork } = await server.gql(
    `mutation ($input: ClaimWorkInput!) { claimWork(input: $input) { claimed ${CLAIM} adopted ${CLAIM} } }`,
    { input: { agent, labels, limit, flowRunId, known } },
  );
  return claimWork;
}

/** Registers, creates and claims one run under labels of its own, so that tests share a server. */
export async function claimedRun(server: TestServer, name: string): Promise<Answer> {
  const version = await register(server, name, { labels: [name] });
  const runId = await createRun(server, version);
  const { claimed } = await claim(server, `agent of ${name}`, { labels: [name] });
  return { runId, agent: `agent of ${name}`, ...claimed[0] };
}

export async function startRun(
  server: TestServer,
  bootstrapToken: string,
  runToken?: string,
): Promise<string> {
  const { startRun } = await server.gql(
    `mutation ($runToken: String) { startRun(runToken: $runToken) { runToken } }`,
    { runToken },
    bootstrapToken,
  );
  return startRun.runToken;
}

/** A claimed run whose process has checked in. */
export async function startedRun(server: TestServer, name: string): Promise<Answer> {
  const run = await claimedRun(server, name);
  return { ...run, token: await startRun(server, run.bootstrapToken) };
}

export async function record(
  server: TestServer,
  runToken: string,
  firstSequence: number,
  events: readonly object[],
): Promise<number> {
  return (await report(server, runToken, { firstSequence, events })).nextSequence;
}

/** All that a run's process can say at once. */
export async function report(server: TestServer, runToken: string, input: object): Promise<Answer> {
  const { recordRun } = await server.gql(
    `mutation ($input: RecordRunInput!) { recordRun(input: $input) { nextSequence cancelRequested } }`,
    { input: { firstSequence: 0, events: [], ...input } },
    runToken,
  );
  return recordRun;
}

/** As if the attempt's agent had been silent for longer than its lease. */
export async function lapse(server: TestServer, attemptId: string): Promise<void> {
  await server.sql(
    "update attempt set lease_expires_at = now() - interval '1 second' where id = $1",
    [attemptId],
  );
}

export async function cancel(server: TestServer, id: string): Promise<Answer> {
  const { cancelFlowRun } = await server.gql(
    `mutation ($id: ID!) { cancelFlowRun(id: $id) { id state stateType stateVersion endTime } }`,
    { id },
  );
  return cancelFlowRun;
}

/** Sends a mutation with the one argument `input`, and answers its field. */
export async function mutate(
  server: TestServer,
  field: string,
  selection: string,
  input: object,
): Promise<Answer> {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`;
  return (await server.gql(query, { input }))[field];
}

export async function release(server: TestServer, { agent, attempt }: Answer): Promise<Answer> {
  const { releaseAttempt } = await server.gql(
    `mutation ($agent: String!, $id: ID!) { releaseAttempt(agent: $agent, attemptId: $id) { id agentName } }`,
    { agent, id: attempt.id },
  );
  return releaseAttempt;
}

export const RUN_TASK = { operation: "RunTask", burst: 100, perSecond: 20 };

/** Each test has a bucket of its own by naming a scope. */
export async function beginLaunch(
  server: TestServer,
  { agent, attempt }: Answer,
  { scope = "one", variant = 0, rate = RUN_TASK } = {},
): Promise<number> {
  const input = { agent, attemptId: attempt.id, variant, rate: { scope, ...rate } };
  return (await mutate(server, "beginLaunch", "waitMs", input)).waitMs;
}

let clock = Date.parse("2026-01-01T00:00:00.000Z");

/** A state event; each is a second after the one before. */
export function flowState(type: string, more: object = {}) {
  return { flowRunState: { type, timestamp: tick(), ...more } };
}

export function taskState(taskSlug: string, type: string, mapIndex = -1, more: object = {}) {
  return { taskRunState: { taskSlug, mapIndex, state: { type, timestamp: tick(), ...more } } };
}

export function logEvent(message: string, more: object = {}) {
  return { log: { timestamp: tick(), level: "info", message, ...more } };
}

function tick(): string {
  clock += 1000;
  return new Date(clock).toISOString();
}

export async function endAttempt(
  server: TestServer,
  agent: string,
  attemptId: string,
  diagnosis: object = {
    cause: "OutOfMemory",
    message: "The container was killed",
    evidence: { exitCode: 137 },
  },
  more: object = {},
): Promise<Answer> {
  const answer = await server.gql(
    `mutation ($input: EndAttemptInput!) {
      endAttempt(input: $input) { endedAt diagnosis status timeline cost logTail successor { id number endedAt infrastructure } }
    }`,
    { input: { agent, attemptId, diagnosis, ...more } },
  );
  return answer.endAttempt;
}

export async function readRun(server: TestServer, id: string): Promise<Answer> {
  const { flowRun } = await server.gql(
    `query ($id: ID!) { flowRun(id: $id) {
      name state stateType stateVersion startTime endTime parameters
      states { version attempt state } attempts {
        number agentName startedAt heartbeatAt endedAt diagnosis infrastructure status timeline usage cost logTail
        successor { number }
      }
      taskRuns { taskSlug mapIndex state stateType stateVersion startTime endTime states { version attempt state } }
      logs { id timestamp message level taskSlug mapIndex attempt container }
    } }`,
    { id },
  );
  return flowRun;
}
