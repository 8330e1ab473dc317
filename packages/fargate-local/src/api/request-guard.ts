import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK_V4 = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** Tells a name or address of this machine alone. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || LOOPBACK_V4.test(host);
}

/**
 * Why a request is turned away before it is read: this server runs commands, so a web page must not
 * reach it, neither directly (browsers send `Origin`) nor by a name that it makes point here.
 */
export function turnAway(headers: IncomingHttpHeaders): string | undefined {
  if (headers.origin !== undefined) return "Requests of web pages are not served";
  const host = hostName(headers.host ?? "");
  return isLoopbackHost(host) ? undefined : "The Host header must name a loopback address";
}

function hostName(host: string): string {
  if (host.startsWith("[")) return host.slice(0, host.indexOf("]") + 1);
  return host.split(":", 1)[0] ?? "";
}
