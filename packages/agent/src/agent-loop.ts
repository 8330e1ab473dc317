import type { Claim } from "@slipway/client";
import { isSlipwayError, messageOf } from "@slipway/core";
import { carryOut, type Workshop } from "./attempt.ts";
import { Bell } from "./bell.ts";
import { backOffMs, pause } from "./retry.ts";
import { nameOf } from "./server-port.ts";

/** The most runs that one request claims. */
const CLAIM_LIMIT = 20;
const LEASE_SECONDS = 30;

interface Held {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

export interface LoopOptions {
  readonly labels: readonly string[];
  readonly pollMs: number;
  readonly capacity: number;
}

/** Claims work, holds its leases, and has each attempt carried out, until it is closed. */
export class AgentLoop {
  readonly #workshop: Workshop;
  readonly #options: LoopOptions;
  readonly #closing = new AbortController();
  readonly #bell = new Bell();
  readonly #held = new Map<string, Held>();
  /** What was let go of since the last claim was sent: its answer may still show it as open. */
  readonly #letGo = new Set<string>();
  #leaseSeconds = LEASE_SECONDS;
  #loops: readonly Promise<void>[] = [];

  constructor(workshop: Workshop, options: LoopOptions) {
    this.#workshop = workshop;
    this.#options = options;
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
    this.#loops = [this.#claimAlways(), this.#listenAlways(), this.#renewAlways()];
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const { controller } of this.#held.values()) controller.abort();
    await Promise.all([...this.#loops, ...[...this.#held.values()].map(({ done }) => done)]);
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
    const { agent, server, tell } = this.#workshop;
    const room = this.#options.capacity - this.#held.size;
    const limit = Math.max(0, Math.min(CLAIM_LIMIT, room));
    const { labels } = this.#options;
    this.#letGo.clear();
    const { claimed, adopted } = await server.claimWork({ agent, labels, limit });
    for (const claim of claimed) this.#hold(claim, false);
    for (const claim of adopted) this.#hold(claim, true);
    for (const claim of claimed) tell({ kind: "claimed", run: nameOf(claim) });
    if (claimed.length === limit && limit > 0) this.#bell.ring();
  }

  /** Starts to look after an attempt, unless it does already. */
  #hold(claim: Claim, adopted: boolean): void {
    const { id } = claim.attempt;
    if (this.#held.has(id) || this.#letGo.has(id) || this.#closing.signal.aborted) return;
    if (adopted) this.#workshop.tell({ kind: "adopted", run: nameOf(claim) });
    this.#leaseSeconds = claim.leaseSeconds;
    const controller = new AbortController();
    const done = carryOut(claim, adopted, this.#workshop, controller.signal)
      .catch((error: unknown) => this.#trouble("looking after a run", error))
      .finally(() => {
        this.#held.delete(id);
        this.#letGo.add(id);
      });
    this.#held.set(id, { controller, done });
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

  async #renewAlways(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await pause((this.#leaseSeconds * 1000) / 3, signal);
      const ids = [...this.#held.keys()];
      if (ids.length === 0 || signal.aborted) continue;
      try {
        await this.#renew(ids);
      } catch (error) {
        // Without an answer the attempts are watched on: nobody is surely better placed.
        this.#trouble("renewing leases", error);
      }
    }
  }

  async #renew(ids: readonly string[]): Promise<void> {
    const { agent, server } = this.#workshop;
    const kept = new Set(await server.renewLeases(agent, ids));
    for (const id of ids) if (!kept.has(id)) this.#held.get(id)?.controller.abort();
  }

  #trouble(doing: string, error: unknown): void {
    this.#workshop.tell({ kind: "trouble", doing, message: messageOf(error) });
  }
}

/** What the agent was given is wrong: no waiting mends it. */
function isOwnFault(error: unknown): boolean {
  return isSlipwayError(error, "UNAUTHENTICATED") || isSlipwayError(error, "INVALID_ARGUMENT");
}
