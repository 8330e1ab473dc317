import { once } from "node:events";
import {
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

export interface RecordingProxyOptions {
  /** Where requests go: the address of an HTTP server on loopback. */
  readonly target: string;
}

/** Stands before a real HTTP server on a loopback port of its own, passes everything on unbuffered, and keeps what was sent. */
export async function startRecordingProxy(options: RecordingProxyOptions): Promise<RecordingProxy> {
  const target = new URL(options.target);
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    record(incoming, requests);
    forward(incoming, outgoing, target);
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

function record(incoming: IncomingMessage, requests: RecordedRequest[]): void {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    const { method = "", url: path = "", headers } = incoming;
    const bytes = Buffer.concat(chunks);
    const body = headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
    const text = body.toString("utf8");
    requests.push({ method, path, headers, body: text, receivedAt: Date.now() });
  });
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: URL): void {
  const upstream = request(
    {
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: joinPath(target.pathname, incoming.url ?? "/"),
      headers: { ...incoming.headers, host: target.host },
    },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      answer.on("error", () => outgoing.destroy());
    },
  );
  upstream.on("error", (error) => refuse(outgoing, target, error));
  outgoing.on("close", () => upstream.destroy());
  incoming.pipe(upstream);
}

function refuse(outgoing: ServerResponse, target: URL, error: Error): void {
  if (outgoing.headersSent) outgoing.destroy();
  else outgoing.writeHead(502).end(`${target.origin} gave no answer: ${error.message}`);
}

function joinPath(base: string, path: string): string {
  return base === "/" ? path : `${base.replace(/\/$/, "")}${path}`;
}
