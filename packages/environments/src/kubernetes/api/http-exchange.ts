import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { outOfTime } from "./deadline.ts";
import type { Credentials } from "./kube-access.ts";

/** A server that is there takes a connection at once. */
const CONNECT_MS = 5_000;

export interface HttpCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Ends the call, its answer's body included. */
  readonly signal: AbortSignal;
}

/**
 * Sends a request and answers with the answer's head; its body is still to come. A kept connection that the server
 * closed at that moment is replaced once: every call of ours may be said twice.
 */
export async function exchange(call: HttpCall, credentials: Credentials): Promise<IncomingMessage> {
  const first = send(call, credentials);
  try {
    return await first.answer;
  } catch (error) {
    const stale = first.request.reusedSocket && isCut(error) && !call.signal.aborted;
    if (!stale) throw error;
    return send(call, credentials).answer;
  }
}

interface Sent {
  readonly request: ClientRequest;
  readonly answer: Promise<IncomingMessage>;
}

function send({ url, method, headers, body, signal }: HttpCall, credentials: Credentials): Sent {
  const make = url.protocol === "http:" ? plainRequest : tlsRequest;
  const request = make(url, {
    method,
    agent: credentials.agent,
    headers: { ...headers, ...credentials.headers, ...lengthOf(body) },
    signal,
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.on("response", resolve);
    request.on("error", (error) => reject(signal.aborted ? reasonOf(signal, error) : error));
  });
  limitConnecting(request);
  request.end(body);
  return { request, answer };
}

function lengthOf(body: string | undefined): Record<string, number> {
  return body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
}

function reasonOf({ reason }: AbortSignal, error: Error): Error {
  return reason instanceof Error ? reason : error;
}

function limitConnecting(request: ClientRequest): void {
  request.on("socket", (socket) => {
    if (!socket.connecting) return;
    const late = () => request.destroy(outOfTime("no connection in time"));
    const timer = setTimeout(late, CONNECT_MS);
    const settle = () => clearTimeout(timer);
    socket.once("connect", settle);
    socket.once("close", settle);
  });
}

function isCut(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    ["ECONNRESET", "EPIPE"].includes(String(error.code))
  );
}
