import type { Claim } from "@slipway/client";
import { isSlipwayError, messageOf } from "@slipway/core";
import type { Workshop } from "./attempt.ts";
import { Bell } from "./bell.ts";
import { carryOut } from "./carry-out.ts";
import { HeldAttempts } from "./held-attempts.ts";
import { backOffMs, pause } from "./retry.ts";
import { claimOfSuccessor, isToBeCancelled, nameOf } from "./server-port.ts";

/** The most runs that one request claims. */
const CLAIM_LIMIT = 20;
/** The most that a request names as known; what is held beyond them is answered again, and passed over. */
const MOST_KNOWN = 10_000;

export interface LoopOptions {
  readonly labels: readonly string[];
  readonly pollMs: number;
  readonly capacity: number;
}

/** Claims work and has each attempt carried out, until it is closed. */
export class AgentLoop {
  readonly #workshop: Workshop;
  readonly #options: LoopOptions;
  readonly #closing = new AbortController();
  readonly #bell = new Bell();
  readonly #held: HeldAttempts;
  /** What was let go of since the last claim was sent: its answer may still show it as open. */
  readonly #letGo = new Set<string>();
  #loops: readonly Promise<void>[] = [];

  constructor(workshop: Workshop, options: LoopOptions) {
    this.#workshop = workshop;
    this.#options = options;
    this.#held = new HeldAttempts(workshop);
  }

  /** Claims once, so that a refused key or a bad name is seen at once (and thrown), and then goes on by itself. */
  async start(): Promise<void> {
    try {
      await this.#claim();
    } catch (error) {
      if (isOwnFault(error)) throw error;
      this.#trouble("asking for work", error);
      this.#bell.ring();
    }
    const { signal } = this.#closing;
    this.#loops = [this.#claimAlways(), this.#listenAlways(), this.#held.renewAlways(signal)];
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#loops, this.#held.close()]);
    this.#workshop.launchers.close();
  }

  async #claimAlways(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      await this.#bell.wait(failures === 0 ? this.#options.pollMs : backOffMs(failures), signal);
      if (signal.aborted) return;
      try {
        await this.#claim();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) this.#trouble("asking for work", error);
      }
    }
  }

  async #claim(): Promise<void> {
    const { agent, server } = this.#workshop;
    const room = this.#options.capacity - this.#held.size;
    const limit = Math.max(0, Math.min(CLAIM_LIMIT, room));
    const { labels } = this.#options;
    await this.#workshop.installation.learn(server);
    this.#letGo.clear();
    const { claimed, adopted } = await server.claimWork({
      agent,
      labels,
      limit,
      known: this.#held.ids.slice(0, MOST_KNOWN),
    });
    for (const claim of claimed) this.#take(claim, false);
    for (const claim of adopted) this.#take(claim, true);
    if (claimed.length === limit && limit > 0) this.#bell.ring();
  }

  /** Starts to look after an attempt, unless it does already; then it may hear that its run was cancelled. */
  #take(claim: Claim, adopted: boolean): void {
    const { id } = claim.attempt;
    if (this.#letGo.has(id) || this.#closing.signal.aborted) return;
    if (this.#held.has(id)) {
      if (isToBeCancelled(claim)) this.#held.cancel(id);
      return;
    }
    this.#workshop.tell({ kind: adopted ? "adopted" : "claimed", run: nameOf(claim) });
    this.#held
      .hold(claim, (attempt) => carryOut(attempt).finally(() => this.#letGo.add(id)))
      .then((ended) => {
        const next = ended && claimOfSuccessor(claim, ended);
        if (next) this.#take(next, true);
      })
      .catch((error: unknown) => this.#trouble("looking after a run", error));
  }

  /** Work is pushed; the poll is for the times when the stream is down. */
  async #listenAlways(): Promise<void> {
    const { agent, server } = this.#workshop;
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const pushes = server.subscribeWorkAvailable(agent, this.#options.labels, { signal });
        for await (const _ of pushes) {
          failures = 0;
          this.#bell.ring();
        }
      } catch (error) {
        if (failures === 0) this.#trouble("listening for work", error);
      }
      failures += 1;
      await pause(backOffMs(failures), signal);
    }
  }

  #trouble(doing: string, error: unknown): void {
    this.#workshop.tell({ kind: "trouble", doing, message: messageOf(error) });
  }
}

/** What the agent was given is wrong: no waiting mends it. */
function isOwnFault(error: unknown): boolean {
  return isSlipwayError(error, "UNAUTHENTICATED") || isSlipwayError(error, "INVALID_ARGUMENT");
}
