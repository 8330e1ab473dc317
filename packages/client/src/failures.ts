import { isErrorCode, isPlainObject, isSlipwayError, messageOf, SlipwayError } from "@slipway/core";

/** The server could not be reached, or did not answer in time. */
export function unreachable(url: string, cause: unknown): SlipwayError {
  const reason = reasonOf(cause);
  return new SlipwayError(
    "SERVER_UNREACHABLE",
    `No Slipway server answers at ${url} (${reason}); start one with \`slipway server start\`, or name another address with \`--api\` or SLIPWAY__CLOUD__GRAPHQL`,
    { url, reason },
    { cause },
  );
}

/** Something answered, but not as a Slipway server does. */
export function notGraphql(url: string, status: number): SlipwayError {
  return new SlipwayError(
    status === 401 ? "UNAUTHENTICATED" : "SERVER_UNREACHABLE",
    status === 401
      ? `The server at ${url} asks for an API key; give one with \`--api-key\` or SLIPWAY__CLOUD__API_KEY`
      : `What answers at ${url} (HTTP ${status}) is not a Slipway server's API; its address looks like http://127.0.0.1:4200/graphql`,
    { url, status },
  );
}

/** The first of an answer's GraphQL errors as the error that the server threw. */
export function toError(errors: readonly unknown[], url: string, status = 200): SlipwayError {
  const [first] = errors;
  const { message, extensions } = isPlainObject(first) ? first : {};
  const { code, details } = isPlainObject(extensions) ? extensions : {};
  const text = typeof message === "string" ? message : "no reason given";
  if (!isErrorCode(code)) {
    return new SlipwayError("INTERNAL", `The server at ${url} failed: ${text}`, { url, status });
  }
  return new SlipwayError(code, text, isPlainObject(details) ? details : {});
}

/** Tells whether the same request may well succeed a little later: the server is away, or stumbled over this one (5xx). */
export function isPassing(error: unknown): boolean {
  if (isSlipwayError(error, "INTERNAL")) return Number(error.details["status"]) >= 500;
  return (
    isSlipwayError(error, "SERVER_UNREACHABLE") || isSlipwayError(error, "DATABASE_UNAVAILABLE")
  );
}

const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Tells whether a request surely never reached the server, so that even a one-use operation may be sent again. */
export function wasNeverSent(error: unknown): boolean {
  return isSlipwayError(error, "SERVER_UNREACHABLE") && NEVER_SENT.has(codeOf(error.cause));
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error && cause.name === "TimeoutError") return "no answer in time";
  return codeOf(cause) || messageOf(deepest(cause));
}

function deepest(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause !== undefined ? deepest(thrown.cause) : thrown;
}

/** Node's `fetch` hides the socket's error one or two causes deep. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  return codeOf(thrown.cause);
}
