/** No connection stood, or what came over it was no HTTP. */
const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "EPROTO",
  "ECONNABORTED",
  "ENETDOWN",
  "EHOSTDOWN",
  "EADDRNOTAVAIL",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_STREAM_PREMATURE_CLOSE",
]);

/** Families of such codes: of Node's HTTP parser, of TLS, and of certificates that do not hold. */
const NETWORK_FAMILIES = /^(HPE_|ERR_(SSL|TLS|SOCKET)_|CERT_|UNABLE_TO_|SELF_SIGNED_)/;

/**
 * Why no answer came, where none did. Node's words for a broken connection stand one cause deep, or in an
 * AggregateError when a host has two addresses.
 */
export function networkReason(thrown: unknown): string | undefined {
  const name = thrown instanceof Error ? thrown.name : "";
  if (name === "TimeoutError" || name === "RequestTimeout") return "no answer in time";
  if (name === "SyntaxError") return foreignAnswer(thrown);
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (hasNetworkCode(error)) return error.message || networkWords(error) || error.code;
  }
  return undefined;
}

/** An answer came, but AWS's are JSON: a proxy or a gateway in between gave a page of its own. */
function foreignAnswer(thrown: unknown): string | undefined {
  if (!hasAnswer(thrown)) return undefined;
  const status = statusOf(thrown);
  return `the answer${status === undefined ? "" : ` with status ${status}`} is none of AWS's, as if from a proxy`;
}

/** The HTTP status of the answer that an error of the SDK came of; undefined where there was none. */
export function statusOf(thrown: unknown): number | undefined {
  return hasAnswer(thrown) ? thrown.$metadata?.httpStatusCode : undefined;
}

interface SdkError {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The SDK notes at an error which answer it came of. */
function hasAnswer(thrown: unknown): thrown is SdkError {
  return thrown instanceof Error && "$metadata" in thrown;
}

function networkWords(error: Error): string | undefined {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : undefined;
}

function hasNetworkCode(error: Error): error is Error & { readonly code: string } {
  if (!("code" in error) || typeof error.code !== "string") return false;
  return NETWORK_CODES.has(error.code) || NETWORK_FAMILIES.test(error.code);
}
