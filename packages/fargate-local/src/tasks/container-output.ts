import type { OutputChunk } from "../drivers/driver.ts";
import { LineSplitter } from "../logs/line-splitter.ts";
import type { LogEvent } from "../logs/log-event.ts";
import type { LogStream } from "../logs/log-stream.ts";

/** A container's output on its way to its log stream, and to whoever reads along. */
export class ContainerOutput {
  readonly #stream: LogStream;
  readonly #print: (line: string) => void;
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };

  /** Begins the stream anew: output that is read again after a restart comes from its beginning. */
  constructor(stream: LogStream, print: (line: string) => void) {
    stream.clear();
    this.#stream = stream;
    this.#print = print;
  }

  /** Answers a promise where no more should come until it settles. */
  write({ bytes, source, at = Date.now() }: OutputChunk): Promise<void> | undefined {
    return this.#take(this.#splitters[source].push(bytes, at));
  }

  /** Settles when all is in the stream, a last line without its end included. */
  close(): Promise<void> {
    const { stdout, stderr } = this.#splitters;
    void this.#take([...stdout.end(), ...stderr.end()]);
    return this.#stream.flush();
  }

  #take(events: readonly LogEvent[]): Promise<void> | undefined {
    const full = this.#stream.append(events);
    for (const { message } of events) this.#print(message);
    return full;
  }
}
