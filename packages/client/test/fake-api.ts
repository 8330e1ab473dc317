import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
  readonly operationName: string;
  readonly variables: Record<string, unknown>;
  readonly authorization: string | undefined;
}

type Handler = (request: ReceivedRequest, response: ServerResponse) => void;

/** A small HTTP server on loopback that answers as the test says. */
export async function startApi(handler: Handler, port = 0) {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      handler(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  // A TCP server's address is always an object.
  const address = server.address() as AddressInfo;
  return {
    requests,
    port: address.port,
    url: `http://127.0.0.1:${address.port}/graphql`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/graphql-response+json" });
  response.end(JSON.stringify(body));
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(Buffer.from(piece));
  const body = JSON.parse(Buffer.concat(pieces).toString());
  return { ...body, authorization: incoming.headers.authorization };
}
