import { createWriteStream, mkdirSync, openSync, renameSync, type WriteStream } from "node:fs";
import { dirname } from "node:path";

const HALF_BYTES = 32 * 1024 * 1024;

/**
 * A container's output in a file of bounded size. When it is full it becomes `<path>.1` and a new one
 * begins, so the newest output is always there.
 */
export class ContainerLog {
  readonly #path: string;
  readonly #halfBytes: number;
  #stream: WriteStream;
  #bytes: number;

  /** Begins anew: output that is read again after a restart comes from its beginning. */
  constructor(path: string, halfBytes = HALF_BYTES) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#halfBytes = halfBytes;
    this.#bytes = 0;
    this.#stream = open(path);
  }

  write(chunk: Buffer): void {
    if (this.#bytes > 0 && this.#bytes + chunk.length > this.#halfBytes) this.#turn();
    this.#bytes += chunk.length;
    this.#stream.write(chunk);
  }

  /** Settles when all is in the file. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stream.destroyed) resolve();
      else this.#stream.end(() => resolve());
    });
  }

  #turn(): void {
    // The old stream has its file open, so what is still in its buffer goes with the renamed file.
    this.#stream.end();
    renameSync(this.#path, `${this.#path}.1`);
    this.#stream = open(this.#path);
    this.#bytes = 0;
  }
}

function open(path: string): WriteStream {
  const stream = createWriteStream(path, { fd: openSync(path, "w", 0o600) });
  // A full disk must not end the server: the output is lost, the task goes on.
  stream.on("error", () => stream.destroy());
  return stream;
}
