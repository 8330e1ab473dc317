import type { Caller } from "../graphql/context.ts";
import { isSameToken } from "../services/tokens.ts";

/**
 * Who sends a request. Without an API key the server is open to whoever reaches its loopback
 * address; with one, undefined means that the request has neither the key nor a run's token.
 * Whether a run's token is good is for the operation to find out.
 */
export function authenticate(
  authorization: string | undefined,
  apiKey: string | undefined,
): Caller | undefined {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
  if (token.startsWith("slb_")) return { kind: "bootstrap", token };
  if (token.startsWith("slr_")) return { kind: "run", token };
  if (apiKey === undefined || isSameToken(token, apiKey)) return { kind: "operator" };
  return undefined;
}
