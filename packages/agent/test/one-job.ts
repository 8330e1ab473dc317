import { createClient, type SlipwayClient } from "@slipway/client";
import {
  type EnvironmentLauncher,
  type Infrastructure,
  isPlainObject,
  isSlipwayError,
  type Observation,
  SlipwayError,
} from "@slipway/core";
import { AgentLoop } from "../src/agent-loop.ts";
import { Installation } from "../src/installation.ts";
import { Limit } from "../src/limit.ts";
import { Registrations } from "../src/registrations.ts";
import type { AgentServer } from "../src/server-port.ts";
import { fakeLauncher, OneLauncher } from "./fakes.ts";

const OOM = { cause: "OutOfMemory", message: "killed", evidence: {} };
const DELETED = { cause: "JobDeleted", message: "deleted", evidence: {} };
const EXITED = {
  cause: "EssentialContainerExited",
  message: "exited",
  evidence: { containers: [{ exitCode: 0 }] },
};

/** A Job with a `backoffLimit`, as a launcher shows it: its process is started once more when it dies. */
export class OneJob {
  launches = 0;
  bootstrapToken = "";
  deleted = false;
  completed = false;
  readonly #starts: string[] = [];
  readonly #listeners = new Set<() => void>();

  readonly launcher: EnvironmentLauncher = fakeLauncher({
    execute: async (request, ledger) => {
      const rate = { operation: "CreateNamespacedJob", burst: 100, perSecond: 100 };
      await ledger.beginLaunch({ variant: 0, scope: "cluster", rate });
      this.launches ||= 1;
      this.bootstrapToken = request.bootstrapToken;
      return this.#infrastructure([]);
    },
    find: async () => (this.launches > 0 ? this.#infrastructure([]) : undefined),
    observe: async ({ details }) => this.#observation(details["startsBefore"]),
    onChange: (_, listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
    stop: async () => {
      this.deleted = true;
      this.#change();
    },
  });

  /** The process dies, and Kubernetes starts it once more. */
  die(): void {
    this.#starts.push(`pod/${this.#starts.length}`);
    this.#change();
  }

  complete(): void {
    this.completed = true;
    this.#change();
  }

  #change(): void {
    for (const listener of this.#listeners) listener();
  }

  #infrastructure(startsBefore: readonly string[]): Infrastructure {
    return { kind: "KubernetesJob", id: "uid", details: { startsBefore: [...startsBefore] } };
  }

  #observation(startsBefore: unknown): Observation {
    const before = Array.isArray(startsBefore) ? startsBefore : [];
    // An end that was seen stays what it was, whatever becomes of what goes on.
    if (this.deleted && this.#starts.length === before.length)
      return { status: "stopped", diagnosis: DELETED };
    if (this.#starts.length > before.length)
      return {
        status: "stopped",
        diagnosis: OOM,
        successor: this.#infrastructure(this.#starts),
      };
    return this.completed ? { status: "stopped", diagnosis: EXITED } : { status: "running" };
  }
}

/** A process that a Job starts: asks for its run token until it is given one, as in a pod. */
export async function startProcess(url: string, job: OneJob) {
  const client = createClient({ url, apiKey: job.bootstrapToken });
  const runToken = `slr_${Math.random().toString(36).slice(2).padEnd(43, "x")}`;
  for (;;) {
    try {
      await client.startRun(runToken);
      break;
    } catch (error) {
      if (!isSlipwayError(error, "UNAUTHENTICATED") || job.deleted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const reporting = createClient({ url, apiKey: runToken });
  let sequence = 0;
  return async (type: "Running" | "Success") => {
    const timestamp = new Date().toISOString();
    const events = [{ flowRunState: { type, timestamp } }];
    await reporting.recordRun({ firstSequence: sequence, events });
    sequence += 1;
  };
}

/** When an agent dies: at which of its calls, and whether the server has got that one. */
export interface Death {
  readonly call: number;
  readonly sent: boolean;
}

/** The server as an agent has it that dies: from that call on it hears and says nothing. */
function dying(client: SlipwayClient, { call, sent }: Death): AgentServer {
  let calls = 0;
  const gone = () => new SlipwayError("SERVER_UNREACHABLE", "this agent is dead");
  return new Proxy<AgentServer>(client, {
    get(target, name) {
      const operation: unknown = Reflect.get(target, name);
      if (typeof operation !== "function" || name === "subscribeWorkAvailable") return operation;
      return async (...given: unknown[]) => {
        calls += 1;
        if (calls > call || (calls === call && !sent)) throw gone();
        const answer: unknown = await Reflect.apply(operation, target, given);
        if (calls >= call) throw gone();
        return answer;
      };
    },
  });
}

/** An agent that takes the runs with this label, with a Job's launcher. */
export function agentOf(url: string, label: string, job: OneJob, death?: Death): AgentLoop {
  const client = createClient({ url });
  const workshop = {
    agent: `agent of ${label}`,
    server: death ? dying(client, death) : client,
    installation: new Installation(),
    launchers: new OneLauncher(job.launcher),
    registrations: new Registrations(),
    searches: new Limit(2),
    containerApiUrl: url,
    observe: { shortest: 200, longest: 500 },
    tell: () => {},
  };
  return new AgentLoop(workshop, { labels: [label], pollMs: 200, capacity: 5 });
}

/** The causes for which a run's attempts ended, in order; null for one that is open. */
export const causesOf = (attempts: readonly { readonly diagnosis: unknown }[]) =>
  attempts.map(({ diagnosis }) => (isPlainObject(diagnosis) ? diagnosis["cause"] : null));
