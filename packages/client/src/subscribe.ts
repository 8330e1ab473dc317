import { isPlainObject, isSlipwayError } from "@slipway/core";
import { backOffMs, pause } from "./back-off.ts";
import { EventStreamParser, type ServerEvent } from "./event-stream.ts";
import { isPassing, toError, unreachable } from "./failures.ts";
import type { Operation } from "./operations.ts";
import type { Transport, Variables } from "./transport.ts";

export interface SubscribeOptions {
  /** Ends the subscription without an error. */
  readonly signal?: AbortSignal | undefined;
  /** How long to go on connecting while the server is away; for ever unless told. */
  readonly giveUpAfterMs?: number | undefined;
}

/** The server pings every 12 s: a stream silent for longer than three pings is dead. */
const SILENCE_MS = 40_000;

/** What a subscription yields: that it is connected (again), so that what was missed can be asked for, and what was sent. */
export type Subscribed<T> =
  | { readonly kind: "connected" }
  | { readonly kind: "next"; readonly value: T };

/** Subscribes over GraphQL-SSE, one connection a subscription, and connects again when the stream breaks off. */
export async function* subscribe<T>(
  transport: Transport,
  operation: Operation<T>,
  variables: Variables,
  options: SubscribeOptions = {},
): AsyncGenerator<Subscribed<T>, void, undefined> {
  const { signal, giveUpAfterMs = Number.POSITIVE_INFINITY } = options;
  const absence = new Absence();
  while (!signal?.aborted) {
    try {
      for await (const item of connection(transport, operation, variables, signal)) {
        absence.ends(item.kind === "next");
        yield item;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!isPassing(error) || absence.lengthMs() > giveUpAfterMs) throw error;
    }
    absence.begins();
    await pause(backOffMs(absence.failures), signal);
  }
}

/** How long, and over how many tries, there has been no connection. */
class Absence {
  failures = 0;
  #since: number | undefined = Date.now();

  /** Only what was really sent proves the connection good: one that is cut at once counts as a failure. */
  ends(proven: boolean): void {
    this.#since = undefined;
    if (proven) this.failures = 0;
  }

  begins(): void {
    this.failures += 1;
    this.#since ??= Date.now();
  }

  lengthMs(): number {
    return this.#since === undefined ? 0 : Date.now() - this.#since;
  }
}

/**
 * One connection, from its opening to its end. A `complete` counts as a stream that was cut off: a
 * server says it when it shuts down, and whoever subscribed knows best when there is enough.
 */
async function* connection<T>(
  transport: Transport,
  operation: Operation<T>,
  variables: Variables,
  signal: AbortSignal | undefined,
): AsyncGenerator<Subscribed<T>, void, undefined> {
  const watch = watchSilence(signal);
  try {
    const body = await transport.open(operation, variables, watch.signal);
    yield { kind: "connected" };
    const parser = new EventStreamParser();
    const decoder = new TextDecoder();
    for await (const bytes of body) {
      watch.heard();
      for (const event of parser.push(decoder.decode(bytes, { stream: true }))) {
        if (event.event === "complete") return;
        yield { kind: "next", value: read(event, operation, transport.url) };
      }
    }
  } catch (error) {
    throw isSlipwayError(error) ? error : unreachable(transport.url, error);
  } finally {
    watch.stop();
  }
}

function read<T>({ data }: ServerEvent, operation: Operation<T>, url: string): T {
  const payload: unknown = JSON.parse(data);
  const { errors, data: value } = isPlainObject(payload) ? payload : {};
  if (Array.isArray(errors) && errors.length > 0) throw toError(errors, url);
  return operation.parse(value);
}

/** A signal that is aborted by the caller's, by the end of the connection, or by too long a silence. */
function watchSilence(outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort(new DOMException("the stream fell silent", "TimeoutError"));
  const timer = setTimeout(abort, SILENCE_MS);
  outer?.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    heard: () => void timer.refresh(),
    stop() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
      abort();
    },
  };
}
