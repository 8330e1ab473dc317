const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
]);

/**
 * Why no answer came, where none did. Node's words for a broken connection stand one cause deep, or in an
 * AggregateError when a host has two addresses.
 */
export function networkReason(thrown: unknown): string | undefined {
  const name = thrown instanceof Error ? thrown.name : "";
  if (name === "TimeoutError" || name === "RequestTimeout") return "no answer in time";
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (hasNetworkCode(error)) return error.message || networkWords(error) || error.code;
  }
  return undefined;
}

function networkWords(error: Error): string | undefined {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? first.message : undefined;
}

function hasNetworkCode(error: Error): error is Error & { readonly code: string } {
  return "code" in error && typeof error.code === "string" && NETWORK_CODES.has(error.code);
}
