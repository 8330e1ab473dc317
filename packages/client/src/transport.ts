import { isPlainObject } from "@slipway/core";
import { backOffMs, pause } from "./back-off.ts";
import { isPassing, notGraphql, toError, unreachable, wasNeverSent } from "./failures.ts";
import type { Operation } from "./operations.ts";

export interface TransportOptions {
  /** The GraphQL endpoint, for example `http://127.0.0.1:4200/graphql`. */
  readonly url: string;
  /** Sent as bearer token: an API key, a bootstrap token or a run token. */
  readonly apiKey?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** How long one request may take; 30 s unless told. */
  readonly timeoutMs?: number | undefined;
  /** How long a request is tried again while the server cannot be reached; 1 s unless told. */
  readonly retryForMs?: number | undefined;
  /** Ends every request and every wait. */
  readonly signal?: AbortSignal | undefined;
}

export type Variables = Readonly<Record<string, unknown>>;

/** Sends operations over HTTP. */
export class Transport {
  readonly url: string;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.url = options.url;
    this.#options = options;
  }

  /** Sends one operation, again while a failure passes and a second sending does no harm. */
  async call<T>(operation: Operation<T>, variables: Variables, repeatable = operation.repeatable) {
    const giveUpAt = Date.now() + (this.#options.retryForMs ?? 1_000);
    for (let failures = 1; ; failures++) {
      try {
        return await this.#once(operation, variables);
      } catch (error) {
        const wait = backOffMs(failures);
        const again = repeatable ? isPassing(error) : wasNeverSent(error);
        if (!again || Date.now() + wait > giveUpAt || this.#options.signal?.aborted) throw error;
        await pause(wait, this.#options.signal);
      }
    }
  }

  /** Opens a subscription and answers its stream of bytes. Throws as {@link call} does. */
  async open(operation: Operation<unknown>, variables: Variables, signal: AbortSignal) {
    const response = await this.#send(operation, variables, "text/event-stream", signal);
    const type = response.headers.get("content-type") ?? "";
    if (type.startsWith("text/event-stream") && response.body) return response.body;
    await this.#read(response, operation);
    throw notGraphql(this.url, response.status);
  }

  async #once<T>(operation: Operation<T>, variables: Variables): Promise<T> {
    const signal = this.#signal(AbortSignal.timeout(this.#options.timeoutMs ?? 30_000));
    const accept = "application/graphql-response+json, application/json";
    const response = await this.#send(operation, variables, accept, signal);
    return this.#read(response, operation);
  }

  async #send(
    operation: Operation<unknown>,
    variables: Variables,
    accept: string,
    signal: AbortSignal,
  ) {
    const { apiKey, fetch: send = fetch } = this.#options;
    const headers: Record<string, string> = { accept, "content-type": "application/json" };
    if (apiKey) headers["authorization"] = `Bearer ${apiKey}`;
    const body = JSON.stringify({
      operationName: operation.name,
      query: operation.text,
      variables,
    });
    try {
      return await send(this.url, { method: "POST", headers, body, signal });
    } catch (error) {
      throw unreachable(this.url, error);
    }
  }

  async #read<T>(response: Response, operation: Operation<T>): Promise<T> {
    const answer = await this.#json(response);
    if (Array.isArray(answer["errors"]) && answer["errors"].length > 0) {
      throw toError(answer["errors"], this.url, response.status);
    }
    return operation.parse(answer["data"]);
  }

  async #json(response: Response): Promise<Record<string, unknown>> {
    let body: string;
    try {
      body = await response.text();
    } catch (error) {
      throw unreachable(this.url, error);
    }
    const answer = parseJson(body);
    if (!isPlainObject(answer)) throw notGraphql(this.url, response.status);
    if (!("data" in answer || "errors" in answer)) throw notGraphql(this.url, response.status);
    return answer;
  }

  #signal(own: AbortSignal): AbortSignal {
    const { signal } = this.#options;
    return signal ? AbortSignal.any([own, signal]) : own;
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
