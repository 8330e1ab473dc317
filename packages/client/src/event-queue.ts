import type { RunEvent } from "./run-event.ts";

export interface Limits {
  /** Events in one request. */
  readonly batchEvents: number;
  /** Bytes of the events in one request. */
  readonly batchBytes: number;
  /** Events that wait; beyond it log records are dropped, states never. */
  readonly waiting: number;
}

interface Waiting {
  readonly event: RunEvent;
  readonly bytes: number;
}

/** The events that still have to be recorded, in order, with the sequence number of the first. */
export class EventQueue {
  readonly #limits: Limits;
  #waiting: Waiting[] = [];
  #firstSequence = 0;
  #dropped = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get firstSequence(): number {
    return this.#firstSequence;
  }

  /** True when a whole batch waits. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#limits.batchEvents;
  }

  push(event: RunEvent): void {
    if ("log" in event && this.#waiting.length >= this.#limits.waiting) {
      this.#dropped += 1;
      return;
    }
    this.#add(event);
  }

  /** The next batch; it stays in the queue until {@link recorded} says that the server has it. */
  batch(): readonly RunEvent[] {
    const { batchEvents, batchBytes } = this.#limits;
    const batch: RunEvent[] = [];
    let bytes = 0;
    for (const waiting of this.#waiting.slice(0, batchEvents)) {
      bytes += waiting.bytes;
      if (bytes > batchBytes && batch.length > 0) break;
      batch.push(waiting.event);
    }
    return batch;
  }

  /** Takes the first `count` events out; tells in the run's own log if any were dropped before. */
  recorded(count: number, now: string): void {
    this.#waiting = this.#waiting.slice(count);
    this.#firstSequence += count;
    if (this.#dropped === 0) return;
    const message = `${this.#dropped} log records were dropped here, since they came faster than the server took them`;
    this.#dropped = 0;
    this.#add({ log: { timestamp: now, level: "warning", message } });
  }

  clear(): void {
    this.#waiting = [];
  }

  #add(event: RunEvent): void {
    this.#waiting.push({ event, bytes: Buffer.byteLength(JSON.stringify(event)) });
  }
}
