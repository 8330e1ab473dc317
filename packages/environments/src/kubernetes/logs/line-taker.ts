import type { ContainerLine, ContainerLogSink } from "@slipway/core";

const MOST_LINES = 200;
/** How long a line waits for others to go along. */
const GATHER_MS = 500;

export interface LineTakerOptions {
  readonly sink: ContainerLogSink;
  /** For example `containers[1]`. */
  readonly place: string;
  /** The earliest time of a line that is wanted; empty for all. */
  readonly notBefore: string;
  /** Takes out what nobody may read. */
  readonly clean: (text: string) => string;
}

/**
 * Hands the lines of one container on in batches, each line once: a stream that is opened again begins with lines that
 * were had already, since the API takes times to the second only.
 */
export class LineTaker {
  readonly #sink: ContainerLogSink;
  readonly #place: string;
  readonly #clean: (text: string) => string;
  #batch: ContainerLine[] = [];
  #timer: NodeJS.Timeout | undefined;
  #taking: Promise<void> = Promise.resolve();
  #failed: unknown;
  /** The time of the last line that was had. */
  #cursor: string;
  /** How many lines of that time were had; all that there may be, where an earlier agent had them. */
  #atCursor = Number.POSITIVE_INFINITY;
  /** How many of them the stream has still to bring again. */
  #toSkip = Number.POSITIVE_INFINITY;
  /** Whether the stream has come as far as an earlier one. */
  #isPast = false;

  constructor({ sink, place, notBefore, clean }: LineTakerOptions) {
    this.#sink = sink;
    this.#place = place;
    this.#clean = clean;
    const kept = sink.cursors[place] ?? "";
    this.#cursor = kept > notBefore ? kept : notBefore;
  }

  /** From when on to ask for lines, to the second. */
  get sinceTime(): string | undefined {
    return this.#cursor === "" ? undefined : `${this.#cursor.slice(0, 19)}Z`;
  }

  /** A stream is opened. */
  begin(): void {
    this.#toSkip = this.#atCursor;
    this.#isPast = false;
  }

  /** Waits where lines come faster than they are taken. Throws what the sink throws. */
  async push(line: ContainerLine): Promise<void> {
    const timestamp = this.#timeOf(line);
    if (this.#isHad(timestamp)) return;
    this.#batch.push({ timestamp, message: this.#clean(line.message) });
    this.#timer ??= setTimeout(() => this.#send(), GATHER_MS);
    if (this.#batch.length < MOST_LINES) return;
    await this.flush();
  }

  /** Hands on what there is. Throws what the sink throws. */
  async flush(): Promise<void> {
    this.#send();
    await this.#taking;
    if (this.#failed !== undefined) throw this.#failed;
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length === 0) return;
    this.#taking = this.#taking.then(() => this.#take(batch));
  }

  async #take(batch: readonly ContainerLine[]): Promise<void> {
    if (this.#failed !== undefined || !isWanted(this.#sink, this.#place)) return;
    try {
      await this.#sink.take(this.#place, batch);
    } catch (error) {
      this.#failed = error;
    }
  }

  /** Two streams of a container share a log, so that a line may come behind a later one: it is of that one's time. */
  #timeOf({ timestamp }: ContainerLine): string {
    this.#isPast ||= timestamp >= this.#cursor;
    return this.#isPast && timestamp < this.#cursor ? this.#cursor : timestamp;
  }

  #isHad(timestamp: string): boolean {
    if (timestamp < this.#cursor) return true;
    if (timestamp > this.#cursor) {
      this.#cursor = timestamp;
      this.#atCursor = 1;
      this.#toSkip = 0;
      return false;
    }
    if (this.#toSkip > 0) {
      this.#toSkip -= 1;
      return true;
    }
    this.#atCursor += 1;
    return false;
  }
}

/** The flow's process reports its own lines once it runs. */
export function isWanted(sink: ContainerLogSink, place: string): boolean {
  return place !== "containers[0]" || sink.wantsFlowContainer;
}
