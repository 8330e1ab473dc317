import type { IncomingMessage } from "node:http";
import type { Json, JsonObject } from "@slipway/core";
import { isObject } from "../../plain-read.ts";
import type { Scrubber } from "../../scrub.ts";
import { exchange } from "./http-exchange.ts";
import { KubeAccess } from "./kube-access.ts";
import type { KubeAnswer, KubeApi, KubeCall } from "./kube-api.ts";
import { refusalError, scrubbedError, unansweredError } from "./kube-errors.ts";
import type { KubeTarget } from "./load-config.ts";
import { readLines, readText } from "./read-answer.ts";
import { warningsIn } from "./warnings.ts";

/** From the first byte sent to the last one read. */
const DEADLINE_MS = 30_000;

export interface OpenKubeApi extends KubeApi {
  /** Closes its connections. */
  close(): void;
}

/** Finds the cluster and the credentials. Throws `ENVIRONMENT_NOT_LAUNCHABLE`. Its errors have the server's words as they came. */
export async function openKubeApi(target: KubeTarget): Promise<OpenKubeApi> {
  return new HttpKubeApi(await KubeAccess.open(target));
}

/** The same API, whose errors have no argument of an environment in their words. */
export function scrubbedApi(api: KubeApi, scrubber: Scrubber): KubeApi {
  return {
    endpoint: api.endpoint,
    contextNamespace: api.contextNamespace,
    call: (call) =>
      api.call(call).catch((error: unknown) => {
        throw scrubbedError(error, scrubber);
      }),
    async *lines(call, signal) {
      try {
        yield* api.lines(call, signal);
      } catch (error) {
        throw scrubbedError(error, scrubber);
      }
    },
  };
}

class HttpKubeApi implements OpenKubeApi {
  readonly #access: KubeAccess;

  constructor(access: KubeAccess) {
    this.#access = access;
  }

  get endpoint(): string {
    return this.#access.server.origin;
  }

  get contextNamespace(): string | undefined {
    return this.#access.namespace;
  }

  async call(call: KubeCall): Promise<KubeAnswer> {
    try {
      const answer = await this.#ask(call, AbortSignal.timeout(DEADLINE_MS));
      const body = parseBody(await readText(answer));
      return { body, warnings: warningsIn(answer.headers["warning"]) };
    } catch (error) {
      throw unansweredError(error, { operation: call.operation, endpoint: this.endpoint });
    }
  }

  /** Without a deadline: a container that is silent sends not even a head, and who watches has a timer of its own. */
  async *lines(call: KubeCall, signal: AbortSignal): AsyncGenerator<string> {
    if (signal.aborted) return;
    let answer: IncomingMessage | undefined;
    try {
      answer = await this.#ask(call, signal);
      call.onAnswer?.();
      yield* readLines(answer, call.longestLine);
    } catch (error) {
      if (signal.aborted) return;
      throw unansweredError(error, { operation: call.operation, endpoint: this.endpoint });
    } finally {
      answer?.destroy();
    }
  }

  close(): void {
    this.#access.close();
  }

  async #ask(call: KubeCall, signal: AbortSignal): Promise<IncomingMessage> {
    const credentials = await this.#access.credentials();
    const answer = await exchange(this.#request(call, signal), credentials);
    if (answer.statusCode !== 401) return accepted(call, answer);
    // Tokens are exchanged for new ones while an agent runs, so what is on disk may be good by now.
    await readText(answer);
    const renewed = await this.#access.renew(credentials);
    return accepted(call, await exchange(this.#request(call, signal), renewed));
  }

  #request({ method, path, query = {}, body, contentType }: KubeCall, signal: AbortSignal) {
    const { server } = this.#access;
    const url = new URL(`${server.pathname.replace(/\/$/, "")}${path}`, server);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const typed = body === undefined ? {} : { "Content-Type": contentType ?? "application/json" };
    return {
      url,
      method,
      headers: {
        Accept: "application/json, */*",
        "Accept-Encoding": "gzip",
        "User-Agent": "slipway",
        ...typed,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    };
  }
}

async function accepted(call: KubeCall, answer: IncomingMessage): Promise<IncomingMessage> {
  const { statusCode = 0, headers } = answer;
  if (statusCode >= 200 && statusCode < 300) return answer;
  throw refusalError({
    operation: call.operation,
    status: statusCode,
    text: await readText(answer),
    retryAfter: headers["retry-after"],
  });
}

function parseBody(text: string): JsonObject {
  const body = parse(text);
  if (!isObject(body)) throw foreign();
  return body;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw foreign(error);
  }
}

function foreign(cause?: unknown): Error {
  return new Error("the answer is no JSON object, as if from a proxy", { cause });
}
