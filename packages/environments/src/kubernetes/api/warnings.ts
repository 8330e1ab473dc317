/** `299 - "unknown field \"spec.foo\""`: a code, who warns, and a quoted text (RFC 9111, 5.5). */
const WARNING = /\d{3} \S+ "((?:[^"\\]|\\.)*)"/g;

/** The texts of an answer's `Warning` headers, once each. */
export function warningsIn(header: string | readonly string[] | undefined): readonly string[] {
  const lines = typeof header === "string" ? [header] : (header ?? []);
  const texts = lines.flatMap((line) => [...line.matchAll(WARNING)].map(([, text = ""]) => text));
  return [...new Set(texts.map((text) => text.replaceAll(/\\(.)/g, "$1")))];
}
