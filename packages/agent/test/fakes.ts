import type { Claim, EndedAttempt } from "@slipway/client";
import type { Diagnosis, EnvironmentLauncher, Infrastructure } from "@slipway/core";
import { Attempt, type Workshop } from "../src/attempt.ts";
import type { AgentEvent } from "../src/events.ts";
import { Installation } from "../src/installation.ts";
import { LauncherPool } from "../src/launcher-pool.ts";
import { Limit } from "../src/limit.ts";
import { Registrations } from "../src/registrations.ts";
import type { AgentServer } from "../src/server-port.ts";

// Plain objects for tests of pure orchestration: what an agent does in which order. All else is tested with real parts.

const TIME = "2026-01-01T00:00:00.000Z";

export const INFRASTRUCTURE: Infrastructure = { kind: "EcsTask", id: "task", details: {} };
export const DIAGNOSIS: Diagnosis = { cause: "X", message: "x", evidence: {} };

export const ATTEMPT: EndedAttempt = {
  id: "attempt",
  number: 1,
  agentName: "loop",
  infrastructure: null,
  diagnosis: null,
  status: null,
  timeline: {},
  usage: null,
  cost: null,
  successor: null,
  createdAt: TIME,
  startedAt: null,
  heartbeatAt: null,
  endedAt: null,
};

export function claimOf(more: Partial<Claim> = {}, stateType = "Submitted"): Claim {
  return {
    attempt: { ...ATTEMPT, createdAt: new Date().toISOString() },
    flowRun: {
      id: "run",
      name: "run",
      parameters: {},
      labels: [],
      state: { type: "Submitted", timestamp: TIME },
      stateType,
      stateVersion: 2,
      scheduledStartTime: TIME,
      startTime: null,
      endTime: null,
      createdAt: TIME,
      flowVersion: {
        id: "version",
        version: 1,
        image: `oci:///nowhere@sha256:${"a".repeat(64)}`,
        environmentType: "FargateTaskEnvironment",
        labels: [],
        createdAt: TIME,
        flow: { id: "flow", name: "flow", project: { id: "project", name: "default" } },
      },
    },
    bootstrapToken: "slb_x",
    leaseSeconds: 30,
    begunVariant: null,
    earlier: [],
    logCursors: {},
    ...more,
  };
}

/** A server that agrees to everything, and keeps what it was told. */
export function fakeServer(more: Partial<AgentServer> = {}) {
  const told: { readonly operation: string; readonly input: unknown }[] = [];
  const note = (operation: string, input: unknown) => told.push({ operation, input });
  const server: AgentServer = {
    server: async () => ({ version: "0", installationId: "installation" }),
    claimWork: async () => ({ claimed: [], adopted: [] }),
    renewLeases: async (_, ids) => ids,
    async beginLaunch(input) {
      note("beginLaunch", input);
      return { waitMs: 0 };
    },
    claimDefinition: async () => ({ revision: null, granted: true, waitMs: 0 }),
    async recordDefinition(_, hash, revision) {
      note("recordDefinition", { hash, revision });
      return true;
    },
    async forgetDefinition(_, hash, revision) {
      note("forgetDefinition", { hash, revision });
      return true;
    },
    async recordInfrastructure(_, __, infrastructure) {
      note("recordInfrastructure", infrastructure);
      return ATTEMPT;
    },
    async recordObservation({ status, timeline }) {
      note("recordObservation", { status, timeline });
      return ATTEMPT;
    },
    async endAttempt(input) {
      note("endAttempt", input);
      return ATTEMPT;
    },
    async recordContainerLogs({ container, lines }) {
      note("recordContainerLogs", { container, lines });
      return { cursor: lines.at(-1)?.timestamp ?? "", startedAt: null };
    },
    async *subscribeWorkAvailable(_agent, _labels, options) {
      await new Promise((resolve) => options?.signal?.addEventListener("abort", resolve));
    },
    ...more,
  };
  const toldOf = (operation: string) =>
    told.filter((one) => one.operation === operation).map(({ input }) => Object(input));
  return { server, toldOf };
}

/** A platform that launches at once and stops at the first look; what a test names is done otherwise. */
export function fakeLauncher(more: Partial<EnvironmentLauncher> = {}): EnvironmentLauncher {
  return {
    variants: 1,
    stopGraceMs: 0,
    capacityDeadlineMs: 60_000,
    render: () => ({}),
    setup: async () => {},
    async execute(request, ledger) {
      await ledger.beginLaunch({
        variant: request.variant,
        scope: "scope",
        rate: { operation: "RunTask", burst: 100, perSecond: 20 },
      });
      return INFRASTRUCTURE;
    },
    find: async () => undefined,
    observe: async () => ({ status: "stopped", diagnosis: DIAGNOSIS }),
    onChange: () => () => {},
    followLogs: async () => {},
    stop: async () => {},
    logTail: async () => [],
    retryAfter: () => undefined,
    close: () => {},
    ...more,
  };
}

/** A pool that lends this launcher for every image. */
export class OneLauncher extends LauncherPool {
  readonly #launcher: EnvironmentLauncher;

  constructor(launcher: EnvironmentLauncher) {
    super({ readEnvironment: () => Promise.reject(new Error("no image is read here")) });
    this.#launcher = launcher;
  }

  override use<T>(_: string, work: (launcher: EnvironmentLauncher) => Promise<T>): Promise<T> {
    return work(this.#launcher);
  }
}

export function fakeWorkshop(server: AgentServer) {
  const events: AgentEvent[] = [];
  const workshop: Workshop = {
    agent: "loop",
    server,
    installation: new Installation("installation"),
    launchers: new LauncherPool({
      readEnvironment: () => Promise.reject(new Error("no image is read here")),
    }),
    registrations: new Registrations(),
    searches: new Limit(2),
    containerApiUrl: "none",
    observe: { shortest: 1, longest: 5 },
    tell: (event) => events.push(event),
  };
  return { workshop, events };
}

/** An attempt with all that a test may look at or pull. */
export function fakeAttempt(server: AgentServer, claim = claimOf()) {
  const { workshop, events } = fakeWorkshop(server);
  const lease = new AbortController();
  const cancel = new AbortController();
  const attempt = new Attempt({ claim, workshop, signal: lease.signal, cancel });
  return { attempt, events, lease, cancel };
}
