import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** What is wrong with a request that a web page of somebody else may have made. */
export interface Refusal {
  readonly status: 403 | 415;
  readonly message: string;
}

/** Names by which only this machine reaches itself. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  if (name === "localhost" || name.endsWith(".localhost") || name === "::1") return true;
  return isIP(name) === 4 && name.startsWith("127.");
}

/**
 * An open server on loopback trusts whoever reaches it, and a browser reaches it on behalf of any
 * page. So the request has to name this machine (a page may point a name of its own at 127.0.0.1),
 * has to come from no other origin, and has to be JSON, which no page sends elsewhere unasked.
 */
export function checkOrigin(
  method: string,
  headers: IncomingHttpHeaders,
  configuredHost: string,
): Refusal | undefined {
  const host = headers.host ?? "";
  const name = host.replace(/:\d+$/, "");
  if (!isLoopback(name) && name.toLowerCase() !== configuredHost.toLowerCase()) {
    return refuse(403, `The Host header ${JSON.stringify(host)} does not name this machine`);
  }
  if (isForeign(headers, host)) {
    return refuse(403, "Pages of another origin may not use this server");
  }
  const isJson = headers["content-type"]?.split(";")[0]?.trim() === "application/json";
  if (method === "POST" && !isJson) {
    return refuse(415, "The body has to be JSON, with content-type application/json");
  }
  return undefined;
}

function isForeign({ origin, ...headers }: IncomingHttpHeaders, host: string): boolean {
  if (origin !== undefined) return origin !== `http://${host}` && origin !== `https://${host}`;
  const site = headers["sec-fetch-site"];
  const isPage = headers["sec-fetch-mode"] === "navigate";
  return site !== undefined && site !== "same-origin" && site !== "none" && !isPage;
}

function refuse(status: Refusal["status"], message: string): Refusal {
  return { status, message };
}
