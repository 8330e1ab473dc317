import type { Claim } from "@slipway/client";
import {
  type Diagnosis,
  type EnvironmentLauncher,
  type Infrastructure,
  isSlipwayError,
  type LaunchRequest,
  messageOf,
} from "@slipway/core";
import type { ObserveInterval } from "./agent-options.ts";
import type { AgentEvent } from "./events.ts";
import { diagnoseFailure, isHopeless, shortened } from "./failure-diagnosis.ts";
import type { LauncherPool } from "./launcher-pool.ts";
import { retry } from "./retry.ts";
import { type AgentServer, launchedFor, nameOf } from "./server-port.ts";
import { watch } from "./watch.ts";

/** How often to look for what an earlier launch may have left (as long as it takes, where a task surely ran). */
const FIND_TRIES = 6;

export interface Workshop {
  readonly agent: string;
  readonly server: AgentServer;
  readonly launchers: LauncherPool;
  readonly containerApiUrl: string;
  readonly observe: ObserveInterval;
  readonly tell: (event: AgentEvent) => void;
}

/**
 * Carries one attempt from its launch to its end. An attempt that was claimed before (`adopted`) is never launched
 * blindly: what is recorded or can be found of it is watched. Never throws; when the signal is aborted (the agent
 * closes, or the attempt is another agent's) it lets go of the attempt and leaves what was launched alone.
 */
export async function carryOut(
  claim: Claim,
  adopted: boolean,
  workshop: Workshop,
  signal: AbortSignal,
): Promise<void> {
  const attempt = new Attempt(claim, adopted, workshop, signal);
  try {
    const diagnosis = await attempt.run();
    if (diagnosis !== undefined) await attempt.end(diagnosis);
  } catch (error) {
    await attempt.giveUp(error);
  }
}

class Attempt {
  readonly #claim: Claim;
  readonly #adopted: boolean;
  readonly #workshop: Workshop;
  readonly #signal: AbortSignal;

  constructor(claim: Claim, adopted: boolean, workshop: Workshop, signal: AbortSignal) {
    this.#claim = claim;
    this.#adopted = adopted;
    this.#workshop = workshop;
    this.#signal = signal;
  }

  /** Launches and watches. Answers why it ended; undefined where the attempt was let go of. */
  async run(): Promise<Diagnosis | undefined> {
    const { launchers } = this.#workshop;
    const { image } = this.#claim.flowRun.flowVersion;
    let opened = false;
    return retry(
      () =>
        launchers.use(image, (launcher) => {
          opened = true;
          return this.#operate(launcher);
        }),
      {
        signal: this.#signal,
        // An attempt that may be running is not given up because a registry is away.
        again: (error, count) => {
          if (opened || !this.#adopted || isHopeless(error)) return false;
          if (count === 1) this.#trouble("reading the environment", error);
          return true;
        },
      },
    );
  }

  /** Says to the server that the attempt has ended, as often as it takes. */
  async end(given: Diagnosis): Promise<void> {
    const { agent, server, tell } = this.#workshop;
    const diagnosis = shortened(given);
    await this.#persist("recording the end", () =>
      server.endAttempt(agent, this.#claim.attempt.id, diagnosis),
    );
    const { cause, message } = diagnosis;
    tell({ kind: "ended", run: nameOf(this.#claim), cause, message });
  }

  async giveUp(error: unknown): Promise<void> {
    if (isSuperseded(error)) {
      this.#workshop.tell({ kind: "superseded", run: nameOf(this.#claim) });
      return;
    }
    if (this.#signal.aborted) return;
    if (!isSlipwayError(error)) this.#trouble("the launch", error);
    await this.end(diagnoseFailure(error)).catch((failure: unknown) =>
      this.#trouble("recording the end", failure),
    );
  }

  async #operate(launcher: EnvironmentLauncher): Promise<Diagnosis | undefined> {
    const known = launchedFor(this.#claim);
    const infrastructure = known ?? (await this.#launch(launcher));
    if (infrastructure === undefined) return LOST;
    // The server may be away for a while: what was launched is watched meanwhile.
    const unwatch = new AbortController();
    const recorded = known === undefined ? this.#record(infrastructure) : Promise.resolve();
    const watched = watch(launcher, infrastructure, {
      interval: this.#workshop.observe,
      signal: AbortSignal.any([this.#signal, unwatch.signal]),
      onTrouble: (message) => this.#trouble("looking at the task", message),
    });
    try {
      const [diagnosis] = await Promise.all([watched, recorded]);
      return diagnosis;
    } finally {
      unwatch.abort();
    }
  }

  /** What runs for this attempt: found where it was launched before, else launched now. */
  async #launch(launcher: EnvironmentLauncher): Promise<Infrastructure | undefined> {
    const run = nameOf(this.#claim);
    const { bootstrapToken } = this.#claim;
    if (this.#adopted) {
      const found = await this.#find(launcher, bootstrapToken === null);
      if (found !== undefined) return found;
    }
    // A token that has been used shows that a task did run; a second one must not be launched.
    if (bootstrapToken === null) return undefined;
    const request = this.#request(bootstrapToken);
    await launcher.setup(request);
    this.#signal.throwIfAborted();
    try {
      const infrastructure = await launcher.execute(request);
      this.#workshop.tell({ kind: "launched", run, infrastructure });
      return infrastructure;
    } catch (error) {
      // An answer that did not come says nothing of whether the task was launched.
      if (!isSlipwayError(error, "CLOUD_UNREACHABLE")) throw error;
      const found = await this.#find(launcher, false).catch(() => undefined);
      if (found !== undefined) return found;
      throw error;
    }
  }

  /** What an earlier launch of the attempt left; looked for without end where a task surely ran. */
  async #find(launcher: EnvironmentLauncher, ran: boolean): Promise<Infrastructure | undefined> {
    const infrastructure = await retry(() => launcher.find(this.#request("")), {
      signal: this.#signal,
      again: (_, count) => ran || count < FIND_TRIES,
    });
    if (infrastructure !== undefined) {
      this.#workshop.tell({ kind: "found", run: nameOf(this.#claim), infrastructure });
    }
    return infrastructure;
  }

  #request(bootstrapToken: string): LaunchRequest {
    const { attempt, flowRun } = this.#claim;
    return {
      flowName: flowRun.flowVersion.flow.name,
      flowRunId: flowRun.id,
      attempt: attempt.number,
      attemptId: attempt.id,
      image: flowRun.flowVersion.image,
      apiUrl: this.#workshop.containerApiUrl,
      bootstrapToken,
    };
  }

  async #record(infrastructure: Infrastructure): Promise<void> {
    const { agent, server } = this.#workshop;
    await this.#persist("recording the launch", () =>
      server.recordInfrastructure(agent, this.#claim.attempt.id, infrastructure),
    );
  }

  async #persist(doing: string, call: () => Promise<unknown>): Promise<void> {
    await retry(call, {
      signal: this.#signal,
      again: (error, count) => {
        if (isSuperseded(error)) return false;
        if (count === 1) this.#trouble(doing, error);
        return true;
      },
    });
  }

  #trouble(doing: string, error: unknown): void {
    const { flowRunName } = nameOf(this.#claim);
    const message = typeof error === "string" ? error : messageOf(error);
    this.#workshop.tell({ kind: "trouble", doing: `${flowRunName}: ${doing}`, message });
  }
}

const LOST: Diagnosis = {
  cause: "Lost",
  message: "The run's task had started, but it is nowhere to be found any more",
  evidence: {},
};

/** Somebody else looks after the attempt now, or it has ended. */
function isSuperseded(error: unknown): boolean {
  return isSlipwayError(error, "ATTEMPT_SUPERSEDED") || isSlipwayError(error, "NOT_FOUND");
}
