import type { LogRecord, RunReporter, State, TaskRunKey } from "@slipway/core";
import { pause } from "./back-off.ts";
import { createClient, type SlipwayClient } from "./client.ts";
import { EventQueue, type Limits } from "./event-queue.ts";
import { logEvent, type RunEvent, stateOf } from "./run-event.ts";

export interface RunReporterOptions {
  readonly url: string;
  /** The token that `startRun` answered. */
  readonly runToken: string;
  readonly fetch?: typeof fetch | undefined;
  /** Events go out at most this often, unless flushed; 200 ms unless told. */
  readonly intervalMs?: number | undefined;
  /** How long one batch is tried while the server is away; two minutes unless told. */
  readonly giveUpAfterMs?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Called once when reporting has stopped for good: the attempt was superseded, the token refused, or the server stayed away. */
  readonly onStopped?: ((error: unknown) => void) | undefined;
}

export interface ClientRunReporter extends RunReporter {
  /** Flushes, and reports nothing from then on. */
  close(): Promise<void>;
}

const LIMITS: Limits = { batchEvents: 500, batchBytes: 900 * 1024, waiting: 10_000 };

/** Reports a run to the server in batches, strictly in order. `flush` rejects when reporting has stopped. */
export function createRunReporter(options: RunReporterOptions): ClientRunReporter {
  return new BatchingReporter(options);
}

class BatchingReporter implements ClientRunReporter {
  readonly #client: SlipwayClient;
  readonly #queue: EventQueue;
  readonly #intervalMs: number;
  readonly #onStopped: ((error: unknown) => void) | undefined;
  #stopped: { readonly error: unknown } | undefined;
  #closed = false;
  #flushing = 0;
  #sending: Promise<void> | undefined;
  /** Ends the wait before the next batch. */
  #hurry = new AbortController();

  constructor(options: RunReporterOptions) {
    const { url, runToken, fetch, giveUpAfterMs = 120_000 } = options;
    this.#client = createClient({ url, apiKey: runToken, fetch, retryForMs: giveUpAfterMs });
    this.#queue = new EventQueue({ ...LIMITS, ...options.limits });
    this.#intervalMs = options.intervalMs ?? 200;
    this.#onStopped = options.onStopped;
  }

  flowRunState(state: State): void {
    this.#push({ flowRunState: stateOf(state) });
  }

  taskRunState(task: TaskRunKey, state: State): void {
    const { taskSlug, mapIndex } = task;
    this.#push({ taskRunState: { taskSlug, mapIndex, state: stateOf(state) } });
  }

  log(record: LogRecord): void {
    this.#push(logEvent(record));
  }

  async flush(): Promise<void> {
    this.#flushing += 1;
    this.#hurry.abort();
    while (this.#sending) await this.#sending;
    this.#flushing -= 1;
    if (this.#stopped) throw this.#stopped.error;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.flush();
  }

  #push(event: RunEvent): void {
    if (this.#stopped || this.#closed) return;
    this.#queue.push(event);
    if (this.#queue.isFull) this.#hurry.abort();
    this.#sending ??= this.#sendAll();
  }

  /** Sends until nothing waits. Never rejects: what goes wrong is kept for `flush`. */
  async #sendAll(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const hurried = this.#flushing > 0 || this.#queue.isFull;
        await pause(hurried ? 0 : this.#intervalMs, this.#hurry.signal);
        this.#hurry = new AbortController();
        await this.#sendBatch();
      }
    } catch (error) {
      this.#stopped = { error };
      this.#queue.clear();
      this.#onStopped?.(error);
    } finally {
      // In the same turn as the last look at the queue, so that no event falls between.
      this.#sending = undefined;
    }
  }

  async #sendBatch(): Promise<void> {
    const events = this.#queue.batch();
    await this.#client.recordRun({ firstSequence: this.#queue.firstSequence, events });
    this.#queue.recorded(events.length, new Date().toISOString());
  }
}
