import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { SlipwayError } from "@slipway/core";
import { ping } from "../db/installation.ts";
import type { ServerContext } from "../graphql/context.ts";
import { createGraphql } from "../graphql/create-yoga.ts";
import type { Log } from "../graphql/errors.ts";
import { printSchema } from "../graphql/graphql-js.ts";
import { schema } from "../graphql/schema.ts";
import { authenticate } from "./authenticate.ts";
import { checkOrigin } from "./check-origin.ts";
import { landingPage } from "./page.ts";

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly apiKey: string | undefined;
}

const CLOSE_TIMEOUT_MS = 1_000;

type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Serves the API. Throws `ADDRESS_IN_USE` or `INVALID_ARGUMENT`. */
export async function startHttpServer(options: HttpOptions, context: ServerContext, log: Log) {
  const graphql = createGraphql(context, log);
  const routes: { readonly [path: string]: Route } = {
    "/": (_, response) => void response.writeHead(302, { location: "/graphql" }).end(),
    "/healthz": (_, response) => health(context, response),
    "/schema.graphql": (_, response) => send(response, 200, "text/plain", printSchema(schema)),
    "/graphql": async (request, response) => {
      if (isPageRequest(request)) {
        const url = `http://${request.headers.host ?? options.host}/graphql`;
        return send(response, 200, "text/html", landingPage(context.version, escapeHtml(url)));
      }
      const caller = authenticate(request.headers.authorization, options.apiKey);
      if (!caller) return unauthenticated(response);
      await graphql(request, response, { caller });
    },
  };
  const server = createServer((request, response) => {
    handle(routes, options, request, response).catch((error: unknown) => {
      log(`error: ${request.method} ${request.url}: ${String(error)}`);
      response.destroy();
    });
  });
  // Longer than any proxy in between keeps an idle connection, so that it is never ours that closes first.
  server.keepAliveTimeout = 65_000;
  const port = await listen(server, options);
  return { port, close: () => close(server) };
}

async function handle(
  routes: { readonly [path: string]: Route },
  { apiKey, host }: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = ""] = (request.url ?? "").split("?");
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!route)
    return send(response, 404, "text/plain", "There is nothing here; the API is at /graphql\n");
  // A key is nothing that a browser adds by itself, so with one there is nothing to protect from pages.
  const refusal = apiKey === undefined && checkOrigin(request.method ?? "", request.headers, host);
  if (refusal)
    return sendError(
      response,
      refusal.status,
      new SlipwayError("UNAUTHENTICATED", refusal.message),
    );
  await route(request, response);
}

function isPageRequest({ method, headers, url }: IncomingMessage): boolean {
  const wantsPage = headers.accept?.includes("text/html") ?? false;
  return method === "GET" && wantsPage && !url?.includes("?");
}

async function health({ database }: ServerContext, response: ServerResponse): Promise<void> {
  const works = await ping(database.read).catch(() => false);
  send(
    response,
    works ? 200 : 503,
    "text/plain",
    works ? "ok\n" : "the database does not answer\n",
  );
}

function unauthenticated(response: ServerResponse): void {
  response.setHeader("www-authenticate", "Bearer");
  const message =
    "This server wants its API key as bearer token; give it with SLIPWAY__CLOUD__API_KEY";
  sendError(response, 401, new SlipwayError("UNAUTHENTICATED", message));
}

/** In the form of a GraphQL answer, which is what clients read. */
function sendError(response: ServerResponse, status: number, error: SlipwayError): void {
  const { message, code, details } = error;
  const body = JSON.stringify({ errors: [{ message, extensions: { code, details } }] });
  send(response, status, "application/json", body);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

async function listen(server: Server, { host, port }: HttpOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(notListening(host, port, cause)));
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}

function notListening(host: string, port: number, cause: Error): SlipwayError {
  const reason = "code" in cause ? String(cause.code) : cause.message;
  const details = { host, port, reason };
  if (reason === "EADDRINUSE") {
    const message = `Port ${port} of ${host} is taken; stop what uses it, or choose another (SLIPWAY__SERVER__PORT)`;
    return new SlipwayError("ADDRESS_IN_USE", message, details, { cause });
  }
  const message = `The server cannot listen on port ${port} of ${host} (${reason}); choose an address of this machine`;
  return new SlipwayError("INVALID_ARGUMENT", message, details, { cause });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    // Requests end, and streams that were asked to; what has not ended by then is cut off.
    const sweep = setInterval(() => server.closeIdleConnections(), 10);
    const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cutOff);
      resolve();
    });
  });
}
