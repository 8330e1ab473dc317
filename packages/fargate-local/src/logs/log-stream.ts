import { appendFile, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readEnds } from "./file-ends.ts";
import { type EventList, formatEvent, type LogEvent, parseEvent } from "./log-event.ts";

const NEWLINE = 0x0a;
const HALF_BYTES = 32 * 1024 * 1024;
/** A stream keeps its newest events: a file that is being filled, and the full one before it. */
const KEPT_FILES = 2;
/** How much may wait for the disk before who writes has to wait, too. */
const ROOM_CHARACTERS = 1024 * 1024;

/** A file of a stream, called by the ordinal of its first event. */
export interface LogFile {
  readonly path: string;
  readonly first: number;
}

export interface LogStreamOptions {
  readonly name: string;
  readonly createdAt: number;
  readonly directory: string;
  readonly fileName: string;
  /** What an earlier server wrote, oldest first. */
  readonly files: readonly LogFile[];
  readonly halfBytes?: number;
}

/** The name of a stream's file, with the ordinal of its first event. */
export const LOG_FILE = /^(?<stream>.+)\.(?<first>\d+)\.log$/;

/** Events in the order in which they came, in files of bounded size. */
export class LogStream {
  readonly name: string;
  readonly createdAt: number;
  readonly #directory: string;
  readonly #fileName: string;
  readonly #halfBytes: number;
  #files: LogFile[];
  #bytes = 0;
  /** The ordinal of the next event to be written to a file. */
  #next = 0;
  #latest = 0;
  #waiting: LogEvent[] = [];
  #waitingCharacters = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: LogStreamOptions) {
    this.name = options.name;
    this.createdAt = options.createdAt;
    this.#directory = options.directory;
    this.#fileName = options.fileName;
    this.#halfBytes = options.halfBytes ?? HALF_BYTES;
    this.#files = [...options.files];
  }

  /** Begins anew, for output that comes again from its beginning. */
  clear(): void {
    const files = this.#files;
    this.#files = [];
    this.#takeWaiting();
    this.#next = 0;
    this.#latest = 0;
    this.#then(() => removeFiles(files));
  }

  /**
   * Call `clear` first where an earlier server wrote the stream. Answers a promise where the disk does not keep
   * up: no more should come until it settles, or the events pile up in memory.
   */
  append(events: readonly LogEvent[]): Promise<void> | undefined {
    if (events.length === 0) return undefined;
    const wasEmpty = this.#waiting.length === 0;
    for (const { timestamp, message } of events) {
      // The order of arrival is the order in the stream, so times never go back.
      this.#latest = Math.max(this.#latest, timestamp);
      this.#waiting.push({ timestamp: this.#latest, message });
      this.#waitingCharacters += message.length;
    }
    if (wasEmpty) this.#then(() => this.#writeOut());
    return this.#waitingCharacters > ROOM_CHARACTERS ? this.flush() : undefined;
  }

  /** Settles when all is in the files. */
  flush(): Promise<void> {
    return this.#writing;
  }

  /** The events from an ordinal on, and perhaps some before it. */
  async events(from = 0): Promise<EventList> {
    await this.flush();
    const start = this.#files.findLastIndex(({ first }) => first <= from);
    const files = this.#files.slice(Math.max(0, start));
    const first = files[0]?.first ?? this.#next;
    const lines = (await Promise.all(files.map(readLines))).flat();
    return {
      first,
      end: first + lines.length,
      at: (ordinal) => parseEvent(lines[ordinal - first]?.toString("utf8") ?? ""),
    };
  }

  /** The oldest and the newest event, found without reading those between them; undefined where there is none. */
  async span(): Promise<{ readonly first: LogEvent; readonly last: LogEvent } | undefined> {
    await this.flush();
    const first = this.#files[0] && (await readEnds(this.#files[0].path))?.first;
    const last = this.#files[0] && (await readEnds(this.#files.at(-1)?.path ?? ""))?.last;
    if (first === undefined) return undefined;
    return { first: parseEvent(first), last: parseEvent(last ?? first) };
  }

  /** When the newest event was written, in milliseconds since 1970; 0 where there is none. */
  async lastWrittenAt(): Promise<number> {
    const newest = this.#files.at(-1);
    if (newest === undefined) return 0;
    return stat(newest.path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  }

  /** Settles when the stream's files are gone. */
  async remove(): Promise<void> {
    this.clear();
    await this.flush();
  }

  #then(step: () => Promise<void>): void {
    // A full disk must not end the server: the output is lost, the task goes on.
    this.#writing = this.#writing.then(step).catch(() => {});
  }

  async #writeOut(): Promise<void> {
    const events = this.#takeWaiting();
    if (events.length === 0) return;
    const text = events.map(formatEvent).join("");
    const { file, full } = this.#fileFor(Buffer.byteLength(text));
    this.#next += events.length;
    await removeFiles(full);
    await appendFile(file.path, text, { mode: 0o600 });
  }

  #takeWaiting(): readonly LogEvent[] {
    const events = this.#waiting;
    this.#waiting = [];
    this.#waitingCharacters = 0;
    return events;
  }

  /** The file that has room for so many bytes, and those that are given up for it. */
  #fileFor(bytes: number): { readonly file: LogFile; readonly full: readonly LogFile[] } {
    const current = this.#files.at(-1);
    this.#bytes += bytes;
    if (current !== undefined && this.#bytes <= this.#halfBytes) return { file: current, full: [] };
    const first = this.#next;
    const file = { path: join(this.#directory, `${this.#fileName}.${first}.log`), first };
    const files = [...this.#files, file];
    const full = files.slice(0, -KEPT_FILES);
    this.#files = files.slice(-KEPT_FILES);
    this.#bytes = bytes;
    return { file, full };
  }
}

async function removeFiles(files: readonly LogFile[]): Promise<void> {
  await Promise.all(files.map(({ path }) => rm(path, { force: true })));
}

/** The whole lines of a file; what a killed server wrote of a line is none. */
async function readLines({ path }: LogFile): Promise<Buffer[]> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
