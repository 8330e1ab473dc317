import type { Claim } from "@slipway/client";
import { type ContainerLine, type ContainerLogSink, isSlipwayError } from "@slipway/core";
import { retry } from "./retry.ts";
import { type AgentServer, isSuperseded } from "./server-port.ts";

/** One request holds so many lines, of so many characters: less than the server takes at once. */
const MOST_LINES = 500;
const MOST_CHARACTERS = 256 * 1024;

export interface ContainerLinesOptions {
  readonly agent: string;
  readonly server: Pick<AgentServer, "recordContainerLogs">;
  readonly claim: Claim;
  /** Ends the trying. */
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

/** Records with the server what the containers of one attempt write. */
export class ContainerLines implements ContainerLogSink {
  readonly #options: ContainerLinesOptions;
  readonly #cursors: Record<string, string>;
  #hasStarted: boolean;
  #taken = 0;

  constructor(options: ContainerLinesOptions) {
    this.#options = options;
    this.#cursors = { ...options.claim.logCursors };
    this.#hasStarted = options.claim.attempt.startedAt !== null;
  }

  get cursors(): Readonly<Record<string, string>> {
    return this.#cursors;
  }

  get wantsFlowContainer(): boolean {
    return !this.#hasStarted;
  }

  /** How many lines were taken so far. */
  get taken(): number {
    return this.#taken;
  }

  async take(container: string, lines: readonly ContainerLine[]): Promise<void> {
    for (const batch of batchesOf(lines)) await this.#record(container, batch);
  }

  /** Tries as often as it takes. Throws where the attempt is another's, or the trying is over. */
  async #record(container: string, lines: readonly ContainerLine[]): Promise<void> {
    const { agent, claim, server, signal } = this.#options;
    const attemptId = claim.attempt.id;
    try {
      const { cursor, startedAt } = await retry(
        () => server.recordContainerLogs({ agent, attemptId, container, lines }),
        { signal, again: (error) => !isSuperseded(error) && !isRefused(error) },
      );
      this.#cursors[container] = cursor;
      this.#hasStarted ||= startedAt !== null;
    } catch (error) {
      if (!isRefused(error)) throw error;
      // Lines that the server does not take are passed over: those after them are to come all the same.
      this.#options.onTrouble(error);
      this.#cursors[container] = lines.at(-1)?.timestamp ?? "";
    }
    this.#taken += lines.length;
  }
}

/** Lines of one moment stay together, since the server passes over what is not after the last line that it has. */
function batchesOf(lines: readonly ContainerLine[]): readonly (readonly ContainerLine[])[] {
  const batches: ContainerLine[][] = [];
  let characters = 0;
  for (const line of lines) {
    const batch = batches.at(-1);
    const isFull =
      batch === undefined || batch.length >= MOST_LINES || characters >= MOST_CHARACTERS;
    if (batch !== undefined && !(isFull && batch.at(-1)?.timestamp !== line.timestamp)) {
      batch.push(line);
      characters += line.message.length;
    } else {
      batches.push([line]);
      characters = line.message.length;
    }
  }
  return batches;
}

function isRefused(error: unknown): boolean {
  return isSlipwayError(error, "INVALID_ARGUMENT");
}
