import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { LogRecord, State } from "@slipway/core";

interface RecordedEvent {
  readonly flowRunState?: State;
  readonly taskRunState?: {
    readonly taskSlug: string;
    readonly mapIndex: number;
    readonly state: State;
  };
  readonly log?: LogRecord & { readonly taskSlug?: string };
}

/** The API as a run's process uses it: swaps one token, and keeps the events of one run. */
export interface RecordingApi {
  readonly url: string;
  readonly events: RecordedEvent[];
  /** The bearer token of each request, by operation. */
  readonly tokens: string[];
  close(): Promise<void>;
}

export interface RecordingApiOptions {
  readonly parameters?: object;
  /** What is recorded is refused with this code. */
  readonly refuse?: string;
}

export async function startRecordingApi(options: RecordingApiOptions = {}): Promise<RecordingApi> {
  const events: RecordedEvent[] = [];
  const tokens: string[] = [];
  const server = createServer((request, response) => void respond(request, response));

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { query, variables } = JSON.parse(await text(request));
    const field = query.includes("startRun") ? "startRun" : "recordRun";
    tokens.push(`${field} ${request.headers.authorization}`);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer(field, variables)));
  }

  function answer(
    field: string,
    variables: { input: { events: RecordedEvent[]; firstSequence: number } },
  ) {
    if (field === "startRun") return { data: { startRun: startedRun(options.parameters ?? {}) } };
    if (options.refuse !== undefined) {
      const message = "a newer attempt has the run";
      return { errors: [{ message, extensions: { code: options.refuse, details: {} } }] };
    }
    events.push(...variables.input.events.slice(events.length - variables.input.firstSequence));
    return { data: { recordRun: { nextSequence: events.length } } };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    events,
    tokens,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function startedRun(parameters: object) {
  const at = "2026-01-01T00:00:00.000Z";
  const project = { id: "p", name: "default" };
  const flowVersion = {
    id: "v",
    version: 1,
    image: "image",
    environmentType: "E",
    labels: [],
    createdAt: at,
    flow: { id: "f", name: "flow", project },
  };
  const flowRun = {
    id: "run-1",
    name: "swift-otter",
    parameters,
    labels: [],
    state: { type: "Submitted", timestamp: at },
    stateType: "Submitted",
    stateVersion: 2,
    scheduledStartTime: at,
    startTime: null,
    endTime: null,
    createdAt: at,
    flowVersion,
  };
  const attempt = {
    id: "a",
    number: 1,
    agentName: "agent",
    infrastructure: null,
    diagnosis: null,
    createdAt: at,
    startedAt: at,
    endedAt: null,
  };
  return { runToken: "slr_run", flowRun, attempt };
}
