import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { LogRecord, ResourceUsage, State, Timeline } from "@slipway/core";

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
  /** The run token that each swap asked for. */
  readonly askedTokens: string[];
  /** The last usage that was reported. */
  readonly usage: () => ResourceUsage | undefined;
  /** Each step of the timeline, in the order in which it came. */
  readonly steps: (readonly [string, string])[];
  /** From now on each answer says that the run is to be cancelled. */
  cancel(): void;
  close(): Promise<void>;
}

export interface RecordingApiOptions {
  readonly parameters?: object;
  /** What is recorded is refused with this code. */
  readonly refuse?: string;
  /** The answer to the first swap gets lost. */
  readonly loseFirstSwap?: boolean;
  /** The first swaps are refused, so many, with this code and these details. */
  readonly refuseSwaps?: {
    readonly count: number;
    readonly code: string;
    readonly details: object;
  };
  /** Requests are taken and never answered. */
  readonly silent?: boolean;
}

interface Variables {
  readonly runToken?: string;
  readonly input: {
    readonly events: RecordedEvent[];
    readonly firstSequence: number;
    readonly usage?: ResourceUsage;
    readonly timeline?: Timeline;
  };
}

export async function startRecordingApi(options: RecordingApiOptions = {}): Promise<RecordingApi> {
  const events: RecordedEvent[] = [];
  const tokens: string[] = [];
  const askedTokens: string[] = [];
  const steps: (readonly [string, string])[] = [];
  let usage: ResourceUsage | undefined;
  let cancelRequested = false;
  const server = createServer((request, response) => void respond(request, response));

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { query, variables } = JSON.parse(await text(request));
    const field = query.includes("startRun") ? "startRun" : "recordRun";
    tokens.push(`${field} ${request.headers.authorization}`);
    if (options.silent === true) return;
    const answer = field === "startRun" ? swap(variables) : record(variables);
    if (answer === undefined) return void response.destroy();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  }

  function swap({ runToken = "slr_run" }: Variables) {
    askedTokens.push(runToken);
    if (options.loseFirstSwap === true && askedTokens.length === 1) return undefined;
    const { refuseSwaps } = options;
    if (refuseSwaps !== undefined && askedTokens.length <= refuseSwaps.count) {
      const { code, details } = refuseSwaps;
      return { errors: [{ message: "the token is refused", extensions: { code, details } }] };
    }
    return { data: { startRun: startedRun(runToken, options.parameters ?? {}) } };
  }

  function record({ input }: Variables) {
    if (options.refuse !== undefined) {
      const message = "a newer attempt has the run";
      return { errors: [{ message, extensions: { code: options.refuse, details: {} } }] };
    }
    events.push(...input.events.slice(events.length - input.firstSequence));
    steps.push(...Object.entries(input.timeline ?? {}));
    usage = input.usage ?? usage;
    return { data: { recordRun: { nextSequence: events.length, cancelRequested } } };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    events,
    tokens,
    askedTokens,
    usage: () => usage,
    steps,
    cancel: () => {
      cancelRequested = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function startedRun(runToken: string, parameters: object) {
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
    status: null,
    timeline: {},
    usage: null,
    cost: null,
    createdAt: at,
    startedAt: at,
    heartbeatAt: null,
    endedAt: null,
  };
  return { runToken, flowRun, attempt };
}
