import {
  isSlipwayError,
  type LogRecord,
  type ResourceUsage,
  type RunReporter,
  type State,
  type TaskRunKey,
  type Timeline,
} from "@slipway/core";
import { pause } from "./back-off.ts";
import { createClient, type SlipwayClient } from "./client.ts";
import { EventQueue, type Limits } from "./event-queue.ts";
import { isPassing } from "./failures.ts";
import type { RecordedRun } from "./records.ts";
import { logEvent, type RunEvent, stateOf } from "./run-event.ts";
import { Vitals } from "./vitals.ts";

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
  /** A heartbeat goes out where nothing else did for so long; 3 s unless told. */
  readonly heartbeatMs?: number | undefined;
  /** What the process used so far: asked at each heartbeat, as often while events go out, and when closed. */
  readonly usage?: (() => ResourceUsage | undefined) | undefined;
  /** Called once when the server says that somebody asked for the run's end. */
  readonly onCancelRequested?: (() => void) | undefined;
  /** Called once when reporting has stopped for good: the attempt was superseded, the token refused, or the server stayed away. */
  readonly onStopped?: ((error: unknown) => void) | undefined;
}

export interface ClientRunReporter extends RunReporter {
  /** Adds steps that the process has reached to its attempt's timeline. */
  timeline(steps: Timeline): void;
  /** Flushes, and reports nothing from then on. */
  close(): Promise<void>;
}

const LIMITS: Limits = { batchEvents: 500, batchBytes: 900 * 1024, waiting: 10_000 };

/** Reports a run to the server in batches, strictly in order. `flush` rejects when reporting has stopped. */
export function createRunReporter(options: RunReporterOptions): ClientRunReporter {
  return new BatchingReporter(options);
}

/** The longest that a heartbeat is waited for; the next one comes anyway. */
const HEARTBEAT_TIMEOUT_MS = 10_000;

class BatchingReporter implements ClientRunReporter {
  readonly #client: SlipwayClient;
  /** For heartbeats, which are not said again: the next one is as good. */
  readonly #heartbeatClient: SlipwayClient;
  readonly #queue: EventQueue;
  readonly #vitals: Vitals;
  readonly #intervalMs: number;
  readonly #heartbeatMs: number;
  readonly #giveUpAfterMs: number;
  readonly #options: RunReporterOptions;
  #stopped: { readonly error: unknown } | undefined;
  #closed = false;
  #flushing = 0;
  #sending: Promise<void> | undefined;
  /** Ends the wait before the next batch. */
  #hurry = new AbortController();
  #heardAt = Date.now();
  #heartbeatDue = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #cancelRequested = false;

  constructor(options: RunReporterOptions) {
    const { url, runToken, fetch, giveUpAfterMs = 120_000, heartbeatMs = 3_000 } = options;
    const connection = { url, apiKey: runToken, fetch };
    this.#client = createClient({ ...connection, retryForMs: giveUpAfterMs });
    this.#heartbeatClient = createClient({
      ...connection,
      retryForMs: 0,
      timeoutMs: HEARTBEAT_TIMEOUT_MS,
    });
    this.#queue = new EventQueue({ ...LIMITS, ...options.limits });
    this.#vitals = new Vitals(options.usage ?? (() => undefined), heartbeatMs);
    this.#intervalMs = options.intervalMs ?? 200;
    this.#heartbeatMs = heartbeatMs;
    this.#giveUpAfterMs = giveUpAfterMs;
    this.#options = options;
    this.#waitForHeartbeat(heartbeatMs);
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

  timeline(steps: Timeline): void {
    if (this.#stopped || this.#closed) return;
    this.#vitals.add(steps);
    this.#sending ??= this.#sendAll();
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
    clearTimeout(this.#heartbeat);
    if (this.#options.usage && !this.#stopped) {
      this.#heartbeatDue = true;
      this.#sending ??= this.#sendAll();
    }
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
      while (this.#queue.length > 0 || this.#vitals.hasSteps || this.#heartbeatDue) {
        const hurried = this.#flushing > 0 || this.#queue.isFull || this.#heartbeatDue;
        await pause(hurried ? 0 : this.#intervalMs, this.#hurry.signal);
        this.#hurry = new AbortController();
        if (this.#queue.length > 0) await this.#sendBatch();
        else await this.#sendHeartbeat();
      }
    } catch (error) {
      this.#stop(error);
    } finally {
      // In the same turn as the last look at the queue, so that no event falls between.
      this.#sending = undefined;
    }
  }

  async #sendBatch(): Promise<void> {
    const events = this.#queue.batch();
    const report = this.#report();
    const firstSequence = this.#queue.firstSequence;
    const answer = await this.#client.recordRun({ firstSequence, events, ...report });
    this.#queue.recorded(events.length, new Date().toISOString());
    this.#vitals.done(report);
    this.#hear(answer);
  }

  /** One try, unless there are steps to record: the next heartbeat is as good, and nobody waits for the last one. */
  async #sendHeartbeat(): Promise<void> {
    const report = this.#report();
    const client = report.timeline && !this.#closed ? this.#client : this.#heartbeatClient;
    const firstSequence = this.#queue.firstSequence;
    try {
      this.#hear(await client.recordRun({ firstSequence, events: [], ...report }));
    } catch (error) {
      if (this.#isFatal(error)) throw error;
    }
    this.#vitals.done(report);
  }

  #report() {
    const report = this.#vitals.report(Date.now(), this.#heartbeatDue);
    this.#heartbeatDue = false;
    return report;
  }

  #hear({ cancelRequested }: RecordedRun): void {
    this.#heardAt = Date.now();
    if (!cancelRequested || this.#cancelRequested) return;
    this.#cancelRequested = true;
    this.#options.onCancelRequested?.();
  }

  /** Whether a heartbeat's failure ends the reporting: the attempt is not ours any more, or the server stays away. */
  #isFatal(error: unknown): boolean {
    if (this.#closed) return false;
    if (isPassing(error)) return Date.now() - this.#heardAt > this.#giveUpAfterMs;
    return isSlipwayError(error, "ATTEMPT_SUPERSEDED") || isSlipwayError(error, "UNAUTHENTICATED");
  }

  /** The timer keeps no process alive, and waits anew where something else was heard in between. */
  #waitForHeartbeat(ms: number): void {
    this.#heartbeat = setTimeout(() => {
      const restMs = this.#heardAt + this.#heartbeatMs - Date.now();
      if (restMs > 0) return this.#waitForHeartbeat(restMs);
      this.#heartbeatDue = true;
      this.#sending ??= this.#sendAll();
      this.#waitForHeartbeat(this.#heartbeatMs);
    }, ms).unref();
  }

  #stop(error: unknown): void {
    this.#stopped = { error };
    clearTimeout(this.#heartbeat);
    this.#queue.clear();
    this.#options.onStopped?.(error);
  }
}
