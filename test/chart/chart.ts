import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CHART = new URL("../../charts/slipway/", import.meta.url);

/** A file of the chart, for example `values.yaml`. */
export function readChart(file: string): string {
  return readFileSync(new URL(file, CHART), "utf8");
}

export function chartPath(file: string): string {
  return fileURLToPath(new URL(file, CHART));
}

/** One value of `values.yaml`: what may be given, what it is otherwise, and what the comment above says. */
export interface Value {
  readonly path: string;
  readonly standard: string;
  readonly meaning: string;
}

/** Reads `values.yaml` as it is laid out: two spaces a level, each value on one line, and `# -- ` before what it means. */
export function readValues(text: string): readonly Value[] {
  const values: Value[] = [];
  let above: { readonly name: string; readonly depth: number }[] = [];
  let meaning = "";
  for (const line of text.split("\n")) {
    const said = /^ *# -- (?<words>.*)$/.exec(line)?.groups?.["words"];
    if (said !== undefined) meaning = said;
    const {
      indent = "",
      name,
      standard,
    } = /^(?<indent> *)(?<name>\w+):(?: (?<standard>.*))?$/.exec(line)?.groups ?? {};
    if (name === undefined) continue;
    above = [...above.filter(({ depth }) => depth < indent.length), { name, depth: indent.length }];
    const path = above.map((folder) => folder.name).join(".");
    if (standard !== undefined) values.push({ path, standard, meaning });
    meaning = "";
  }
  return values;
}
