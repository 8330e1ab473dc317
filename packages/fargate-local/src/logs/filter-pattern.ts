/** Tells whether a message is asked for. */
export type MessageFilter = (message: string) => boolean;

/** A term: optional (`?`), excluded (`-`) or wanted, in quotes where it holds more than word characters. */
const TERM = /(?<sign>[?-]?)(?:"(?<quoted>(?:\\.|[^"\\])*)"|(?<plain>[^\s"]+))/y;

/**
 * CloudWatch Logs' filter pattern of text terms: all wanted ones, at least one of the optional ones, none of
 * the excluded ones. Undefined for patterns of JSON, columns or regular expressions, which are not known here.
 */
export function parseFilterPattern(pattern: string): MessageFilter | undefined {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) return undefined;
  const terms = { "": [] as string[], "?": [] as string[], "-": [] as string[] };
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const found = TERM.exec(text);
    if (found === null) return undefined;
    const { sign = "", quoted, plain = "" } = found.groups ?? {};
    const list = sign === "?" || sign === "-" ? terms[sign] : terms[""];
    list.push(quoted?.replaceAll(/\\(.)/g, "$1") ?? plain);
    while (text[TERM.lastIndex] === " ") TERM.lastIndex += 1;
  }
  return (message) => {
    const holds = (term: string) => message.includes(term);
    const optional = terms["?"];
    return (
      terms[""].every(holds) &&
      !terms["-"].some(holds) &&
      (optional.length === 0 || terms[""].length > 0 || optional.some(holds))
    );
  };
}
