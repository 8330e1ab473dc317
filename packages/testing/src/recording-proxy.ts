import { once } from "node:events";
import {
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { gunzipSync } from "node:zlib";

/** One request as the proxy received it; a body that came gzipped is kept unpacked, so that it can be searched. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** When the request had arrived in full, in milliseconds since 1970. */
  readonly receivedAt: number;
}

export interface RecordingProxy {
  /** Use it in the place of the target's own address. */
  readonly url: string;
  /** Every request that has been received in full, oldest first. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

/** What becomes of a request or an answer: it goes on its way, or the connection is cut in its place. */
export type Passage = "pass" | "cut";

/** What the proxy answers itself, in the target's place. */
export interface OwnAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}

export interface RecordingProxyOptions {
  /** Where requests go: the address of an HTTP server on loopback. */
  readonly target: string;
  /** Decides on each request once it has arrived in full, before the target sees it. */
  readonly onRequest?: (request: RecordedRequest) => Promise<Passage | OwnAnswer>;
  /** Decides on each answer once it has begun, before the asker sees it: the target has done what it does. */
  readonly onAnswer?: (request: RecordedRequest) => Promise<Passage>;
}

/** Stands before a real HTTP server on a loopback port of its own, passes everything on unbuffered, and keeps what was sent. */
export async function startRecordingProxy(options: RecordingProxyOptions): Promise<RecordingProxy> {
  const target = new URL(options.target);
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void pass({ incoming, outgoing, target }, record(incoming, requests), options);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, "close");
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly target: URL;
}

interface Received {
  readonly recorded: RecordedRequest;
  readonly bytes: Buffer;
}

/** Settles when the request has arrived in full. */
function record(incoming: IncomingMessage, requests: RecordedRequest[]): Promise<Received> {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    incoming.on("end", () => {
      const { method = "", url: path = "", headers } = incoming;
      const bytes = Buffer.concat(chunks);
      const body = headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
      const text = body.toString("utf8");
      const recorded = { method, path, headers, body: text, receivedAt: Date.now() };
      requests.push(recorded);
      resolve({ recorded, bytes });
    });
  });
}

async function pass(
  exchange: Exchange,
  received: Promise<Received>,
  { onRequest, onAnswer }: RecordingProxyOptions,
): Promise<void> {
  const mayAnswer = async () =>
    onAnswer === undefined ? "pass" : onAnswer((await received).recorded);
  if (onRequest === undefined) {
    exchange.incoming.pipe(forward(exchange, mayAnswer));
    return;
  }
  const { bytes, recorded } = await received;
  const passage = await onRequest(recorded);
  if (passage === "cut") exchange.outgoing.destroy();
  else if (passage === "pass") forward(exchange, mayAnswer).end(bytes);
  else sendOwn(exchange.outgoing, passage);
}

function forward(
  { incoming, outgoing, target }: Exchange,
  mayAnswer: () => Promise<Passage>,
): ClientRequest {
  const upstream = request(
    {
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: joinPath(target.pathname, incoming.url ?? "/"),
      headers: { ...incoming.headers, host: target.host },
    },
    (answer) => {
      answer.on("error", () => outgoing.destroy());
      void mayAnswer().then((passage) => {
        if (passage === "cut") outgoing.destroy();
        else sendOn(answer, outgoing);
      });
    },
  );
  upstream.on("error", (error) => refuse(outgoing, target, error));
  outgoing.on("close", () => upstream.destroy());
  return upstream;
}

function sendOn(answer: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
  outgoing.flushHeaders();
  answer.pipe(outgoing);
}

function sendOwn(outgoing: ServerResponse, { status, body }: OwnAnswer): void {
  outgoing.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

/** A connection that the target cut is cut here, too; one that it never took is told. */
function refuse(outgoing: ServerResponse, target: URL, error: NodeJS.ErrnoException): void {
  if (outgoing.headersSent || error.code === "ECONNRESET") outgoing.destroy();
  else outgoing.writeHead(502).end(`${target.origin} gave no answer: ${error.message}`);
}

function joinPath(base: string, path: string): string {
  return base === "/" ? path : `${base.replace(/\/$/, "")}${path}`;
}
