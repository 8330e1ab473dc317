/**
 * Takes out of a bundle what depends on where it was made. esbuild writes each module's path, as seen from the flow's
 * folder, into a comment above it and into the name of the function around it; where packages lie
 * differs between checkouts, and with it would the digest of the same flow.
 */
export function withoutPaths(code: string, inputs: readonly string[]): string {
  const names = new Map(inputs.map((path) => [path, stableName(path)]));
  return code
    .split("\n")
    .map((line) => rename(line, names))
    .join("\n");
}

/** A path's part within its package, or within what lies above the flow's folder. */
function stableName(path: string): string {
  const marker = "node_modules/";
  const at = path.lastIndexOf(marker);
  return at >= 0 ? path.slice(at + marker.length) : path.replace(/^(?:\.\.\/)+/, "");
}

/** `// path`, `// import("./*") in path`, `  "path"(exports, module) {`, `  async "path"() {`: nothing else is touched. */
const LINE =
  /^(\/\/ (?:(?:import|require)\(".*"\) in )?|\s*(?:async )?")(.+?)(|"\((?:|exports|exports, module)\) \{)$/;

function rename(line: string, names: ReadonlyMap<string, string>): string {
  const match = LINE.exec(line);
  const name = match?.[2] === undefined ? undefined : names.get(match[2]);
  return match === null || name === undefined ? line : `${match[1]}${name}${match[3]}`;
}
