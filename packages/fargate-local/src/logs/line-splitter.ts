import { type LogEvent, MAX_MESSAGE_BYTES } from "./log-event.ts";

const NEWLINE = 0x0a;
/** The bytes of a UTF-8 character after its first one are 10xxxxxx. */
const CONTINUATION_MASK = 0xc0;
const CONTINUATION = 0x80;

/**
 * Cuts output into events, one a line. A line that is too long for one event becomes several; an empty
 * line becomes none, since CloudWatch Logs takes no empty event.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #at = 0;

  constructor(maxBytes = MAX_MESSAGE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The events that the chunk completes. `at` is when it was written. */
  push(chunk: Buffer, at: number): LogEvent[] {
    this.#at = at;
    const events: LogEvent[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      events.push(...this.end());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return [...events, ...this.#overlong()];
  }

  /** The events of what no newline has ended yet. */
  end(): LogEvent[] {
    const events = this.#overlong();
    const rest = this.#take();
    return rest.length === 0 ? events : [...events, this.#event(rest)];
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
  }

  #take(): Buffer {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return bytes;
  }

  #overlong(): LogEvent[] {
    const events: LogEvent[] = [];
    if (this.#pendingBytes <= this.#maxBytes) return events;
    let bytes = this.#take();
    while (bytes.length > this.#maxBytes) {
      const end = characterStart(bytes, this.#maxBytes);
      events.push(this.#event(bytes.subarray(0, end)));
      bytes = bytes.subarray(end);
    }
    this.#keep(bytes);
    return events;
  }

  #event(bytes: Buffer): LogEvent {
    return { timestamp: this.#at, message: bytes.toString("utf8") };
  }
}

/** The last place at or before `index` where a character begins; `index` itself in what is no UTF-8. */
function characterStart(bytes: Buffer, index: number): number {
  const earliest = Math.max(1, index - 3);
  for (let at = index; at >= earliest; at--) {
    if (((bytes[at] ?? 0) & CONTINUATION_MASK) !== CONTINUATION) return at;
  }
  return index;
}
