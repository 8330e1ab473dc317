import type { Claim } from "@slipway/client";
import { messageOf } from "@slipway/core";
import { Attempt, type Workshop } from "./attempt.ts";
import type { RunName } from "./events.ts";
import { pause } from "./retry.ts";
import { isToBeCancelled, nameOf } from "./server-port.ts";

const LEASE_SECONDS = 30;

interface Held {
  readonly run: RunName;
  readonly lease: AbortController;
  readonly cancel: AbortController;
  readonly done: Promise<unknown>;
}

/** The attempts that this agent looks after: their leases, and what is heard of them while they are carried out. */
export class HeldAttempts {
  readonly #workshop: Workshop;
  readonly #held = new Map<string, Held>();
  #leaseSeconds = LEASE_SECONDS;

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  get size(): number {
    return this.#held.size;
  }

  get ids(): readonly string[] {
    return [...this.#held.keys()];
  }

  has(attemptId: string): boolean {
    return this.#held.has(attemptId);
  }

  /** Looks after an attempt until `carry` settles, and answers as that does. */
  hold<T>(claim: Claim, carry: (attempt: Attempt) => Promise<T>): Promise<T> {
    const { id } = claim.attempt;
    const lease = new AbortController();
    const cancel = new AbortController();
    if (isToBeCancelled(claim)) cancel.abort();
    this.#leaseSeconds = claim.leaseSeconds;
    const workshop = this.#workshop;
    const attempt = new Attempt({ claim, workshop, signal: lease.signal, cancel });
    const done = carry(attempt).finally(() => this.#held.delete(id));
    this.#held.set(id, { run: nameOf(claim), lease, cancel, done });
    return done;
  }

  /** Somebody asked for the end of the attempt's run. */
  cancel(attemptId: string): void {
    this.#held.get(attemptId)?.cancel.abort();
  }

  /** Keeps the leases until the signal is aborted, and lets go of what is another agent's by then. */
  async renewAlways(signal: AbortSignal): Promise<void> {
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

  /** Lets go of all. */
  async close(): Promise<void> {
    const all = [...this.#held.values()];
    for (const { lease } of all) lease.abort();
    await Promise.allSettled(all.map(({ done }) => done));
  }

  async #renew(ids: readonly string[]): Promise<void> {
    const { agent, server } = this.#workshop;
    const kept = new Set(await server.renewLeases(agent, ids));
    for (const id of ids) if (!kept.has(id)) this.#letGo(id);
  }

  #letGo(id: string): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#workshop.tell({ kind: "superseded", run: held.run });
    held.lease.abort();
  }

  #trouble(doing: string, error: unknown): void {
    this.#workshop.tell({ kind: "trouble", doing, message: messageOf(error) });
  }
}
