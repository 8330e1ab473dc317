import {
  type CallRate,
  type ErrorCode,
  isSlipwayError,
  type LaunchLedger,
  SlipwayError,
} from "@slipway/core";
import type { Registrations } from "./registrations.ts";
import { pause, retry } from "./retry.ts";
import type { AgentServer } from "./server-port.ts";

/** A server that answers "ask again at once" is not asked in a tight circle. */
const SHORTEST_WAIT_MS = 25;

/** After so long a wait for its turn, what was true when a launch was announced is asked for again. */
const LONG_TURN_MS = 2_000;

/** Answers that time may mend. A conflict tells that too many wait for the call already. */
const PASSING: readonly ErrorCode[] = [
  "SERVER_UNREACHABLE",
  "DATABASE_UNAVAILABLE",
  "INTERNAL",
  "STATE_CONFLICT",
];

type Intent = Parameters<LaunchLedger["beginLaunch"]>[0];
type Wanted = Parameters<LaunchLedger["definition"]>[0];
type Register = () => Promise<number>;

export interface LedgerOptions {
  readonly agent: string;
  readonly attemptId: string;
  readonly server: AgentServer;
  /** Shared by all ledgers of the process. */
  readonly registrations: Registrations;
  /** Ends every wait: the attempt is let go of, or its run is cancelled. */
  readonly signal: AbortSignal;
  /** Told when the platform may be called: from then on something may be running. */
  readonly onBegin: () => void;
  /** Told of the turn that a call waits for. */
  readonly onWait: (rate: CallRate, ms: number) => void;
  readonly onTrouble: (doing: string, error: unknown) => void;
}

/** What launches share, kept by the server. A server that is away is waited for. */
export class ServerLedger implements LaunchLedger {
  readonly #options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  async beginLaunch({ variant, scope, rate }: Intent): Promise<void> {
    const { agent, attemptId, server, onBegin, onWait } = this.#options;
    const input = { agent, attemptId, variant, rate: inScope(scope, rate) };
    const { waitMs } = await this.#ask("announcing a launch", () => server.beginLaunch(input));
    onWait(rate, waitMs);
    await this.#wait(waitMs);
    if (waitMs >= LONG_TURN_MS) await this.#assertStillHeld();
    onBegin();
  }

  async definition(wanted: Wanted, register: Register): Promise<number> {
    const { registrations, signal } = this.#options;
    const name = registrations.nameOf(wanted.hash, wanted.scope);
    const start = () => this.#claim(name, wanted, register);
    for (;;) {
      this.#assertWanted();
      try {
        return await untilAborted(registrations.join(name, start), signal);
      } catch (error) {
        this.#assertWanted();
        // Another attempt was at it and was let go of: its wait ended, not this one's.
        if (!isSlipwayError(error, "ATTEMPT_SUPERSEDED")) throw error;
      }
    }
  }

  async forgetDefinition(hash: string, revision: number): Promise<void> {
    const { agent, registrations, server } = this.#options;
    const name = registrations.nameOf(hash);
    await this.#ask("forgetting a definition", () =>
      server.forgetDefinition(agent, name, revision),
    );
  }

  async #claim(hash: string, { scope, rate }: Wanted, register: Register): Promise<number> {
    const { agent, server } = this.#options;
    const input = { agent, hash, rate: inScope(scope, rate) };
    for (let first = true; ; first = false) {
      const answer = await this.#ask("asking for a definition", () =>
        server.claimDefinition(input),
      );
      if (answer.revision !== null) return answer.revision;
      if (answer.granted) return this.#register(hash, answer.waitMs, register);
      // Nobody else in this process is at it: leave under this name was a dead process's, or its answer was lost.
      if (first) await this.#ask("asking anew", () => server.forgetDefinition(agent, hash));
      else await this.#wait(Math.max(SHORTEST_WAIT_MS, answer.waitMs));
    }
  }

  /** What was granted to this agent is given back where it comes to nothing, so that others need not wait for it. */
  async #register(hash: string, waitMs: number, register: Register): Promise<number> {
    const { agent, server, onTrouble } = this.#options;
    let revision: number;
    try {
      await this.#wait(waitMs);
      revision = await register();
    } catch (error) {
      await server
        .forgetDefinition(agent, hash)
        .catch((failure: unknown) => onTrouble("giving a registration back", failure));
      throw error;
    }
    await this.#ask("recording a definition", () => server.recordDefinition(agent, hash, revision));
    return revision;
  }

  async #ask<T>(doing: string, call: () => Promise<T>): Promise<T> {
    const { signal, onTrouble } = this.#options;
    try {
      return await retry(call, {
        signal,
        again: (error, count) => {
          if (!isPassing(error)) return false;
          if (count === 1) onTrouble(doing, error);
          return true;
        },
      });
    } catch (error) {
      if (isPassing(error)) this.#assertWanted();
      throw error;
    }
  }

  /** While an agent was cut off from the server, another one may have taken the attempt up, and launched it. */
  async #assertStillHeld(): Promise<void> {
    const { agent, attemptId, server } = this.#options;
    const held = await this.#ask("asking whether the attempt is still held", () =>
      server.renewLeases(agent, [attemptId]),
    );
    if (!held.includes(attemptId)) throw letGo();
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await pause(ms, this.#options.signal);
    this.#assertWanted();
  }

  #assertWanted(): void {
    if (this.#options.signal.aborted) throw letGo();
  }
}

function inScope(scope: string, { operation, burst, perSecond }: CallRate) {
  return { scope, operation, burst, perSecond };
}

function isPassing(error: unknown): boolean {
  return isSlipwayError(error) && PASSING.includes(error.code);
}

function letGo(): SlipwayError {
  return new SlipwayError("ATTEMPT_SUPERSEDED", "The attempt was let go of before it was launched");
}

/** The work's outcome, or a refusal as soon as the signal is aborted; the work goes on without its listener. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let end: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(letGo());
    signal.addEventListener("abort", end);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (end !== undefined) signal.removeEventListener("abort", end);
  }
}
